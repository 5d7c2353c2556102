import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { auditedFacts } from '../app/index.ts';
import { type Method, type Route, type RouteName, routes } from '../contract/index.ts';
import { Answer } from './answer.ts';
import type { StreamReply } from './call.ts';
import { checkPart, parseJson } from './check-input.ts';
import { checkReply } from './check-reply.ts';
import type { ServerContext } from './context.ts';
import { type Admitted, admit } from './gate.ts';
import type { Handler, Handlers, ServerCall } from './handler.ts';
import { once } from './idempotency.ts';
import { limitBytes, noBytes } from './limit-bytes.ts';
import { RequestTooLargeError, WrongMethodError } from './request-errors.ts';
import { stopOf } from './stop-of.ts';

declare module 'fastify' {
  interface FastifyRequest {
    admitted: Admitted | undefined;
    /** Undefined until its route is known. */
    stop: AbortSignal | undefined;
    routeName: string | undefined;
    /** Of what it was refused for. */
    problemCode: string | undefined;
  }
}

interface Entry {
  readonly name: RouteName;
  readonly route: Route;
  readonly handler: Handler<RouteName>;
}

const names = Object.keys(routes).filter((name): name is RouteName => name in routes);

/**
 * Register every route of the contract. A request goes through these, in this order: who asks
 * (`admit`), their right, the shape of its parts, the audit log, the work. So nobody learns more
 * from a refusal than they may know, and nothing is done that was not written down before.
 */
export async function registerRoutes(
  server: FastifyInstance,
  ctx: ServerContext,
  handlers: Handlers,
): Promise<void> {
  const entries = names.map((name): Entry => ({
    name,
    route: routes[name],
    handler: handlers[name],
  }));
  for (const entry of entries.filter(({ route }) => route.bodyKind === 'json')) {
    registerRoute(server, ctx, entry);
  }
  // Parsers hold for one register: here bodies come as they are, whatever they say they are.
  await server.register(async (uploads) => {
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    for (const entry of entries.filter(({ route }) => route.bodyKind === 'bytes')) {
      registerRoute(uploads, ctx, entry);
    }
  });
  refuseOtherMethods(server);
}

function registerRoute(server: FastifyInstance, ctx: ServerContext, entry: Entry): void {
  const { name, route } = entry;
  server.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyLimit,
    onRequest: async (request, reply) => {
      request.routeName = name;
      const stop = stopOf(ctx, route.kind, reply);
      request.stop = stop;
      request.admitted = await admit(ctx, entry, request, stop);
      checkLength(request, route.bodyLimit);
    },
    handler: async (request, reply) => {
      const call = toCall(ctx, entry, request);
      return await perform(ctx, entry, call, reply);
    },
  });
}

/** Refuse early what says itself that it is too large: then the rest is read, and the reply too. */
function checkLength({ headers }: FastifyRequest, limit: number): void {
  if (Number(headers['content-length'] ?? 0) > limit) throw new RequestTooLargeError(limit);
}

function toCall(ctx: ServerContext, { route }: Entry, request: FastifyRequest): ServerCall {
  const { admitted, headers, stop } = request;
  if (admitted === undefined || stop === undefined)
    throw new Error('a request that was not admitted');
  const isUpload = route.bodyKind === 'bytes';
  const parts = {
    params: checkPart(route.params, request.params, 'path'),
    query: checkPart(route.query, request.query, 'query'),
    body: checkPart(route.body, isUpload ? {} : parseJson(request.body), 'body'),
  };
  return {
    app: ctx.app,
    principal: admitted.principal,
    address: admitted.address,
    headers,
    requestId: request.id,
    signal: stop,
    answer: new Answer(ctx.isSecure, () => ctx.clock.now()),
    upload: isUpload ? uploadOf(request, route.bodyLimit) : noBytes(),
    ...asParts(parts),
  };
}

type Parts = Pick<ServerCall, 'params' | 'query' | 'body'>;

/** The one place where what a schema has checked gets the type of that schema. */
function asParts(parts: { readonly [Key in keyof Parts]: unknown }): Parts {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by the route's schemas
  return parts as Parts;
}

function uploadOf({ body }: FastifyRequest, limit: number): AsyncIterable<Uint8Array> {
  return body instanceof Readable ? limitBytes(body, limit) : noBytes();
}

async function perform(
  ctx: ServerContext,
  { name, route, handler }: Entry,
  call: ServerCall,
  reply: FastifyReply,
): Promise<unknown> {
  const work = async (): Promise<unknown> => {
    await record(ctx, route, call);
    const value: unknown = await handler(call);
    return route.kind === 'json' ? checkReply(route.reply, value, ctx.isStrict) : value;
  };
  const key = call.headers['idempotency-key'];
  const value = key === undefined ? await work() : await once({ name, route, call, key }, work);
  reply.code(call.answer.status ?? route.status).headers(call.answer.headers);
  if (isStream(value)) return await sendStream(reply, value);
  return await (route.kind === 'none' ? reply.send() : reply.send(value));
}

/** Write down what is about to be done, by whom, before it is done. */
async function record({ app }: ServerContext, route: Route, call: ServerCall): Promise<void> {
  if (route.audit === undefined) return;
  const params = Object.entries(call.params).map(([key, value]) => [key, String(value)] as const);
  const [first, ...others] = params;
  await app.accounts.record(
    call.principal,
    {
      action: route.audit,
      subject: first?.[1],
      address: call.address,
      data: { ...auditedFacts(call.body), ...Object.fromEntries(others) },
    },
    call.signal,
  );
}

function isStream(value: unknown): value is StreamReply {
  return typeof value === 'object' && value !== null && 'chunks' in value;
}

async function sendStream(reply: FastifyReply, stream: StreamReply): Promise<FastifyReply> {
  const { contentType, headers = {}, chunks } = stream;
  reply.type(contentType).headers(headers);
  // A Readable asks for the next piece when the one before was taken: a slow client slows it down.
  return await reply.send(Readable.from(chunks));
}

const everyMethod: readonly Method[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];

/** Tell a wrong method from a path that does not exist. */
function refuseOtherMethods(server: FastifyInstance): void {
  const byPath = new Map<string, Method[]>();
  for (const name of names) {
    const { path, method } = routes[name];
    // The names of parameters differ between routes of one shape.
    const shape = path.replaceAll(/:\w+/g, ':id');
    byPath.set(shape, [...(byPath.get(shape) ?? []), method]);
  }
  for (const [url, allowed] of byPath) {
    server.route({
      method: everyMethod.filter((method) => !allowed.includes(method)),
      url,
      onRequest: async ({ method }) => {
        throw new WrongMethodError(method, allowed);
      },
      handler: async () => {},
    });
  }
}
