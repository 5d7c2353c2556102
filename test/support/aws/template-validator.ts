import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

/**
 * Hold CloudFormation templates to the types that AWS publishes: types, properties, what is
 * required, values of enumerations, and what Ref, GetAtt, Sub and DependsOn name.
 */
const spec = loadAwsServiceSpecSync();

interface TypeOf {
  readonly type: string;
  readonly allowedValues?: readonly unknown[];
  readonly element?: TypeOf;
  readonly reference?: { readonly $ref: string };
  readonly types?: readonly TypeOf[];
}
interface Definition {
  readonly type: TypeOf;
  readonly required?: boolean;
}
type Definitions = Readonly<Record<string, Definition>>;

interface ResourceType {
  readonly properties: Definitions;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface AnyTemplate {
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, AnyResource>>;
  readonly Outputs?: unknown;
}
export interface AnyResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

/** What is wrong with a template; empty when nothing is. */
export function validateTemplate(template: AnyTemplate): readonly string[] {
  const own = Object.entries(template.Resources).flatMap(([id, resource]) => [
    ...(/^[A-Za-z0-9]{1,255}$/.test(id)
      ? []
      : [`${id}: a logical id has letters and digits alone`]),
    ...validateResource(id, resource),
    ...(resource.DependsOn ?? [])
      .filter((other) => template.Resources[other] === undefined)
      .map((other) => `${id}: depends on ${other}, which is not there`),
  ]);
  const size = Buffer.byteLength(JSON.stringify(template));
  const large = size > 51_200 ? [`the template has ${size} bytes, 51,200 are allowed`] : [];
  return [...own, ...references(template, template), ...large];
}

/** @see `validateTemplate`; values may be expressions, or what they come to. */
export function validateResource(id: string, resource: AnyResource): readonly string[] {
  const type = typeOf(resource.Type);
  if (type === undefined) return [`${id}: there is no type ${resource.Type}`];
  return properties(id, resource.Properties ?? {}, type.properties);
}

function typeOf(name: string): ResourceType | undefined {
  const [found] = spec.lookup('resource', 'cloudFormationType', 'equals', name);
  return found;
}

function properties(
  path: string,
  given: Readonly<Record<string, unknown>>,
  defined: Definitions,
): readonly string[] {
  const unknown = Object.keys(given)
    .filter((key) => defined[key] === undefined)
    .map((key) => `${path}.${key}: unknown property`);
  const known = Object.entries(defined).flatMap(([key, { type, required }]) => {
    if (!(key in given)) return required === true ? [`${path}.${key}: required`] : [];
    return value(`${path}.${key}`, given[key], type);
  });
  return [...unknown, ...known];
}

function value(path: string, given: unknown, type: TypeOf): readonly string[] {
  if (isExpression(given)) return [];
  switch (type.type) {
    case 'string':
      if (typeof given !== 'string') return [`${path}: no string`];
      return type.allowedValues === undefined || type.allowedValues.includes(given)
        ? []
        : [`${path}: ${given} is not one of ${type.allowedValues.join(', ')}`];
    case 'integer':
    case 'number':
      return typeof given === 'number' ? [] : [`${path}: no number`];
    case 'boolean':
      return typeof given === 'boolean' ? [] : [`${path}: no boolean`];
    case 'array':
      if (!Array.isArray(given)) return [`${path}: no list`];
      return given.flatMap((one, at) =>
        type.element === undefined ? [] : value(`${path}[${at}]`, one, type.element),
      );
    case 'tag':
      return isTag(given) ? [] : [`${path}: no tag`];
    case 'map':
      return typeof given === 'object' ? [] : [`${path}: no map`];
    case 'ref': {
      if (typeof given !== 'object' || given === null) return [`${path}: no structure`];
      const definition = spec.get('typeDefinition', type.reference?.$ref ?? '') as unknown as {
        readonly properties: Definitions;
      };
      return properties(path, given as Readonly<Record<string, unknown>>, definition.properties);
    }
    case 'union': {
      const each = (type.types ?? []).map((one) => value(path, given, one));
      return each.toSorted((a, b) => a.length - b.length)[0] ?? [];
    }
    default:
      return [];
  }
}

function isTag(given: unknown): boolean {
  const keys = typeof given === 'object' && given !== null ? Object.keys(given).toSorted() : [];
  return keys.join(' ') === 'Key Value';
}

function isExpression(given: unknown): given is Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  const [key, ...more] = Object.keys(given);
  return more.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
}

function references(node: unknown, template: AnyTemplate): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap((one) => references(one, template));
  if (!isExpression(node)) return inner;
  const [kind, target] = Object.entries(node)[0] ?? ['', undefined];
  return [...named(kind, target, template), ...inner];
}

function named(kind: string, target: unknown, template: AnyTemplate): readonly string[] {
  if (kind === 'Ref')
    return isNamed(String(target), template) ? [] : [`Ref ${String(target)}: not there`];
  if (kind === 'Fn::GetAtt' && Array.isArray(target))
    return attribute(String(target[0]), String(target[1]), template);
  if (kind === 'Fn::Sub' && typeof target === 'string') {
    return [...target.matchAll(/\$\{([^!}]+)\}/g)].flatMap(([, name = '']) => {
      const [id = '', ...rest] = name.split('.');
      if (rest.length > 0) return attribute(id, rest.join('.'), template);
      return isNamed(id, template) ? [] : [`Sub ${id}: not there`];
    });
  }
  return ['Fn::Join', 'Fn::Base64', 'Fn::Sub', 'Fn::GetAtt'].includes(kind)
    ? []
    : [`${kind}: not used by us`];
}

function isNamed(id: string, { Resources, Parameters }: AnyTemplate): boolean {
  return id.startsWith('AWS::') || Resources[id] !== undefined || Parameters?.[id] !== undefined;
}

function attribute(id: string, name: string, { Resources }: AnyTemplate): readonly string[] {
  const resource = Resources[id];
  if (resource === undefined) return [`GetAtt ${id}.${name}: there is no ${id}`];
  const type = typeOf(resource.Type);
  return type === undefined || name in type.attributes
    ? []
    : [`GetAtt ${id}.${name}: ${resource.Type} has no ${name}`];
}
