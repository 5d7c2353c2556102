import { callsIn, type Expression, parseExpression } from './arm-expressions.ts';
import { isExpression, problemsOf } from './arm-types.ts';

export interface TemplateResource extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly condition?: string | boolean;
  readonly dependsOn?: readonly string[];
}

export interface Template {
  readonly $schema: string;
  readonly contentVersion: string;
  readonly parameters?: Readonly<Record<string, { type: string; defaultValue?: unknown }>>;
  readonly resources: readonly TemplateResource[];
  readonly outputs?: Readonly<Record<string, { type: string; value: string }>>;
}

const PARTS = ['$schema', 'contentVersion', 'parameters', 'resources', 'outputs'];

/** What is wrong with a template before it is deployed, by its types and by how it hangs together. */
export function templateProblems(given: unknown): readonly string[] {
  const template = given as Template;
  const problems = Object.keys(template)
    .filter((key) => !PARTS.includes(key))
    .map((key) => `${key}: no part of a template`);
  if (!template.$schema.endsWith('deploymentTemplate.json#')) problems.push('$schema: is wrong');
  const ids = template.resources.map(templateId);
  for (const [index, id] of ids.entries()) {
    if (ids.indexOf(id) !== index) problems.push(`${id}: is there twice`);
  }
  for (const resource of template.resources) {
    problems.push(
      ...problemsOf(resource),
      ...shapeProblems(resource),
      ...linkProblems(resource, ids),
    );
  }
  for (const [place, text] of expressionsIn(template, 'template')) {
    try {
      for (const { name, args } of callsIn(parseExpression(text))) {
        const [first] = args;
        if (name !== 'parameters' || first?.kind !== 'value') continue;
        if (template.parameters?.[String(first.value)] === undefined) {
          problems.push(`${place}: there is no parameter ${first.value}`);
        }
      }
    } catch (error) {
      problems.push(`${place}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}

/** `microsoft.cdn/profiles/afdendpoints|a/b`; an expression stays one. */
function templateId({ type, name }: TemplateResource): string {
  return `${type}|${name}`.toLowerCase();
}

/** A child's name has as many parts as its type has below the provider. */
function shapeProblems({ type, name, location, tags }: TemplateResource): readonly string[] {
  const problems: string[] = [];
  if (!isExpression(name) && name.split('/').length !== type.split('/').length - 1) {
    problems.push(`${type}: the name ${name} has not as many parts as the type`);
  }
  if (tags !== undefined && Object.keys(tags as object).length > 15) {
    problems.push(`${type}: more than 15 tags`);
  }
  if (location === '') problems.push(`${type}: no location`);
  return problems;
}

/** What a resource speaks of in its template, it has to wait for. */
function linkProblems(resource: TemplateResource, ids: readonly string[]): readonly string[] {
  const { dependsOn = [], ...rest } = resource;
  const waits = new Set<string>();
  const problems: string[] = [];
  for (const text of dependsOn) {
    const id = idOf(text);
    if (id !== undefined && !ids.includes(id))
      problems.push(`${resource.type}: waits for ${id}, which is not there`);
    if (id !== undefined) waits.add(id);
  }
  for (const [place, text] of expressionsIn(rest, resource.type)) {
    for (const one of idsIn(text)) {
      // A part of what it waits for is there with it: a subnet with its network.
      const whole = ids.find((id) => isWithin(one, id));
      const isCovered =
        [...waits].some((id) => isWithin(one, id)) || isWithin(one, templateId(resource));
      if (whole !== undefined && !isCovered)
        problems.push(`${place}: speaks of ${one} and does not wait for it`);
    }
  }
  return problems;
}

function isWithin(inner: string, outer: string): boolean {
  const [type = '', name = ''] = inner.split('|');
  const [outerType = '', outerName = ''] = outer.split('|');
  if (inner === outer) return true;
  return type.startsWith(`${outerType}/`) && name.startsWith(`${outerName}/`);
}

function idOf(text: string): string | undefined {
  return isExpression(text) ? idsIn(text)[0] : undefined;
}

function idsIn(text: string): readonly string[] {
  let parsed: Expression;
  try {
    parsed = parseExpression(text);
  } catch {
    return [];
  }
  return callsIn(parsed).flatMap(({ name, args }) => {
    if (name !== 'resourceId') return [];
    const words = args.map((one) => (one.kind === 'value' ? String(one.value) : '?'));
    const [type = '', ...names] = words;
    return [`${type}|${names.join('/')}`.toLowerCase()];
  });
}

function expressionsIn(value: unknown, place: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string' && isExpression(value)) return [[place, value]];
  if (Array.isArray(value))
    return value.flatMap((one, index) => expressionsIn(one, `${place}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => expressionsIn(one, `${place}.${key}`));
}
