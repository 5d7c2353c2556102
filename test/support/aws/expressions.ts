import { account, region } from './state.ts';

export interface Known {
  readonly parameters: Readonly<Record<string, string>>;
  /** Physical id and attributes of each resource that is there. */
  readonly resources: ReadonlyMap<
    string,
    { readonly ref: string; readonly attributes: Readonly<Record<string, string>> }
  >;
}

/** Work out `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::Join` and `Fn::Base64`. */
export function evaluate(node: unknown, known: Known): unknown {
  if (Array.isArray(node)) return node.map((one) => evaluate(one, known));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node);
  const [kind, value] = entries[0] ?? ['', undefined];
  if (entries.length === 1) {
    if (kind === 'Ref') return reference(String(value), known);
    if (kind === 'Fn::GetAtt') return attribute((value as readonly string[]).join('.'), known);
    if (kind === 'Fn::Sub') {
      return String(value).replaceAll(/\$\{([^!}]+)\}/g, (_all, name: string) =>
        name.includes('.') ? attribute(name, known) : reference(name, known),
      );
    }
    if (kind === 'Fn::Join') {
      const [separator, pieces] = value as readonly [string, readonly unknown[]];
      return (evaluate(pieces, known) as readonly string[]).join(separator);
    }
    if (kind === 'Fn::Base64')
      return Buffer.from(String(evaluate(value, known))).toString('base64');
    if (kind.startsWith('Fn::')) throw new Error(`no function ${kind}`);
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, evaluate(inner, known)]));
}

function reference(name: string, { parameters, resources }: Known): string {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::AccountId': account,
    'AWS::Region': region,
  };
  const found = pseudo[name] ?? parameters[name] ?? resources.get(name)?.ref;
  if (found === undefined) throw new Error(`Unresolved reference ${name}`);
  return found;
}

function attribute(path: string, { resources }: Known): string {
  const [id = '', ...rest] = path.split('.');
  const found = resources.get(id)?.attributes[rest.join('.')];
  if (found === undefined) throw new Error(`Unresolved attribute ${path}`);
  return found;
}

/** Logical ids that a resource needs to be there first. */
export function needs(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'Ref') return [String(value)];
    if (key === 'DependsOn') return value as readonly string[];
    if (key === 'Fn::GetAtt') return [(value as readonly string[])[0] ?? ''];
    if (key === 'Fn::Sub') {
      return [...String(value).matchAll(/\$\{([^!}]+)\}/g)].map(
        ([, name = '']) => name.split('.')[0] ?? '',
      );
    }
    return needs(value);
  });
}
