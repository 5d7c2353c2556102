import { z } from 'zod';
import { escapeHtml as text, page } from './html.ts';

const schemaOf = z.looseObject({
  type: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
});

const content = z.record(z.string(), z.object({ schema: z.unknown() })).optional();

const operationOf = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  summary: z.string(),
  description: z.string(),
  parameters: z.array(
    z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.unknown() }),
  ),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content })),
});
type Operation = z.infer<typeof operationOf>;

const documentOf = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operationOf)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

interface Place {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Lay the OpenAPI document out as one page for people, without a script. */
export function docsPage(openApi: unknown): string {
  const { info, tags, paths, components } = documentOf.parse(openApi);
  const places = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Place => ({ method, path, operation })),
  );
  const groups = tags.map(({ name }) => {
    const own = places.filter(({ operation }) => operation.tags.includes(name));
    return `<h2 id="${text(name)}">${text(name)}</h2>${own.map(showRoute).join('')}`;
  });
  const shapes = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<section id="shape-${text(name)}"><h3>${text(name)}</h3>${showShape(schema)}</section>`,
  );
  const links = tags.map(({ name }) => `<a href="#${text(name)}">${text(name)}</a>`);
  return page(
    `${info.title} ${info.version}: HTTP API`,
    `<h1>${text(info.title)} ${text(info.version)}: HTTP API</h1>
<p>${text(info.description)}</p>
<p>As OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a></p>
<nav>${links.join(' ')} <a href="#shapes">shapes</a></nav>
${groups.join('\n')}
<h2 id="shapes">shapes</h2>
${shapes.join('\n')}`,
  );
}

function showRoute({ method, path, operation }: Place): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const body = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<p>Body (${text(type)}):</p>${showShape(schema)}`,
  );
  const replies = Object.entries(responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { content = {} }]) => {
      const [[type, { schema }] = ['nothing', { schema: undefined }]] = Object.entries(content);
      const shown = schema === undefined ? '' : showShape(schema);
      return `<p>Reply ${text(status)} (${text(type)}):</p>${shown}`;
    });
  const given = parameters.map((one) => row(one.name, one.in, one.required, one.schema));
  return `<section id="${text(operationId)}">
<h3><code>${text(method.toUpperCase())} ${text(path)}</code></h3>
<p>${text(summary)}. <em>${text(description)}</em></p>
${given.length === 0 ? '' : `<table>${given.join('')}</table>`}
${body.join('')}${replies.join('')}</section>
`;
}

function row(name: string, place: string, isRequired: boolean, schema: unknown): string {
  const need = isRequired ? 'required' : '';
  return `<tr><td><code>${text(name)}</code></td><td>${text(place)}</td><td>${typeOf(schema)}</td><td>${need}</td></tr>`;
}

/** A table of an object's keys, or one word of what it is. */
function showShape(schema: unknown): string {
  const { properties, required = [] } = schemaOf.parse(schema);
  if (properties === undefined || Object.keys(properties).length === 0) {
    return `<p>${typeOf(schema)}</p>`;
  }
  const rows = Object.entries(properties).map(([name, own]) =>
    row(name, '', required.includes(name), own),
  );
  return `<table>${rows.join('')}</table>`;
}

/** HTML that names a type; named shapes are links. */
function typeOf(schema: unknown): string {
  const own = schemaOf.safeParse(schema);
  if (!own.success) return 'anything';
  const { $ref, type, anyOf, items, enum: choices, properties } = own.data;
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? '';
    return `<a href="#shape-${text(name)}">${text(name)}</a>`;
  }
  if (choices !== undefined)
    return choices.map((one) => `<code>${text(String(one))}</code>`).join(' | ');
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' | ');
  if (type === 'array') return `list of ${typeOf(items)}`;
  if (properties !== undefined) return `{ ${Object.keys(properties).map(text).join(', ')} }`;
  return text(
    Array.isArray(type) ? type.join(' | ') : typeof type === 'string' ? type : 'anything',
  );
}
