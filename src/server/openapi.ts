import { z } from 'zod';
import * as contract from '../contract/index.ts';
import type { Access, Route } from '../contract/index.ts';
import { takesKey } from './idempotency.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Describe the whole API as OpenAPI 3.1, from the same routes that the server registers.
 *
 * @see https://spec.openapis.org/oas/v3.1.1
 */
export function openApiDocument(version: string): Json {
  const components = new Map<string, unknown>();
  const paths = new Map<string, Record<string, unknown>>();
  for (const [name, route] of Object.entries<Route>(contract.routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    const item = paths.get(path) ?? {};
    item[route.method.toLowerCase()] = operation(name, route, components);
    paths.set(path, item);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'tmux-builder',
      version,
      description:
        'Coding agents as durable jobs in tmux. Errors are problems (RFC 9457) with a stable code. Lists come in pages: give `next` of a page as `cursor` of the following one. With `Idempotency-Key` a POST is done once in 24 hours.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.values<Route>(contract.routes).map(({ tag }) => tag))].map((name) => ({
      name,
    })),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        login: { type: 'apiKey', in: 'cookie', name: 'tbl' },
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'tbt_..., made under /api/me/tokens',
        },
      },
      schemas: Object.fromEntries([...components].toSorted(([a], [b]) => a.localeCompare(b))),
    },
  };
}

function operation(name: string, route: Route, components: Map<string, unknown>): Json {
  const { access } = route;
  const problem = {
    description: 'What went wrong',
    content: {
      'application/problem+json': { schema: toSchema(contract.problemView, 'output', components) },
    },
  };
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    description: describeAccess(access),
    ...(access.kind === 'public' ? { security: [] } : { security: [{ login: [] }, { token: [] }] }),
    parameters: [
      ...parameters(route.params, 'path', components),
      ...parameters(route.query, 'query', components),
      ...(takesKey(name, route) ? [idempotencyKey] : []),
    ],
    ...bodyOf(route, components),
    responses: { [route.status]: replyOf(route, components), default: problem },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 200 },
};

function describeAccess(access: Access): string {
  switch (access.kind) {
    case 'public':
      return 'For everybody.';
    case 'login':
      return 'For everybody who is logged in.';
    case 'role':
      return `For the role ${access.role} and above.`;
    case 'owned':
      return `For the role ${access.role} and above, in the session that it belongs to.`;
    case 'visible':
      return `For the role ${access.role} and above; gives what one may see.`;
    default:
      return access satisfies never;
  }
}

function parameters(
  schema: z.ZodType,
  place: 'path' | 'query',
  components: Map<string, unknown>,
): readonly Json[] {
  const { properties, required } = z
    .object({
      properties: z.record(z.string(), z.unknown()).default({}),
      required: z.array(z.string()).default([]),
    })
    .parse(toSchema(schema, 'input', components));
  return Object.entries(properties).map(([name, own]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: own,
  }));
}

function bodyOf(route: Route, components: Map<string, unknown>): Json {
  if (route.method === 'GET' || route.method === 'DELETE') return {};
  if (route.bodyKind === 'bytes') {
    const content = { 'application/octet-stream': { schema: {} } };
    return { requestBody: { required: true, content } };
  }
  const schema = toSchema(route.body, 'input', components);
  const isNothing = Object.keys(Object(schema['properties'])).length === 0 && !('anyOf' in schema);
  return isNothing
    ? {}
    : { requestBody: { required: true, content: { 'application/json': { schema } } } };
}

function replyOf(route: Route, components: Map<string, unknown>): Json {
  switch (route.kind) {
    case 'none':
      return { description: 'Done' };
    case 'file':
      return { description: 'The file', content: { 'application/octet-stream': { schema: {} } } };
    case 'stream':
      return { description: 'As it comes', content: { [streamType(route.path)]: { schema: {} } } };
    case 'json': {
      const schema = toSchema(route.reply, 'output', components);
      return { description: 'Done', content: { 'application/json': { schema } } };
    }
    default:
      return route.kind satisfies never;
  }
}

function streamType(path: string): string {
  if (path.endsWith('.cast')) return 'application/x-asciicast';
  return path === '/metrics' ? 'text/plain' : 'text/event-stream';
}

/** Names of the shapes that the contract exports as views. */
const named = z.registry<{ id: string }>();
for (const [name, schema] of Object.entries(contract)) {
  if (name.endsWith('View') && schema instanceof z.ZodType) named.add(schema, { id: name });
}

/** A shape as JSON Schema; shapes with a name become components that it refers to. */
function toSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Map<string, unknown>,
): Json {
  const made = z.toJSONSchema(schema, { io, metadata: named, unrepresentable: 'any' });
  const { $schema: _dialect, $defs = {}, ...own } = made;
  for (const [name, definition] of Object.entries($defs)) {
    components.set(name, atHome(definition));
  }
  return z.record(z.string(), z.unknown()).parse(atHome(own));
}

/** The same with references to where components stand in the document. */
function atHome(schema: unknown): unknown {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  );
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));
}
