import type { Socket } from 'node:net';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { escapeHtml, page } from './html.ts';
import type { ServerContext } from './context.ts';
import { addressOf } from './gate.ts';
import { codedOf, type Problem, PROBLEM_TYPE, toProblem } from './problem.ts';
import { refuseGarbage } from './refuse-garbage.ts';
import { RequestTooLargeError, ServerStoppingError } from './request-errors.ts';
import { securityHeaders } from './security-headers.ts';

export interface Tls {
  readonly key: string | Uint8Array;
  readonly cert: string | Uint8Array;
}

const MINUTE_MS = 60_000;
/** Longer than any id or name that a route takes, also when each byte is escaped. */
const LONGEST_PARAMETER = 1_000;

/** Make the HTTP server: how it reads requests, tells of errors, and writes its log. */
export function makeHttpServer(ctx: ServerContext, tls: Tls | undefined): FastifyInstance {
  const options = {
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle' as const,
    // Ours is a problem like all others.
    return503OnClosing: false,
    // Room for a large upload over a slow line, and an end for who sends a byte a minute.
    requestTimeout: 10 * MINUTE_MS,
    genReqId: () => ctx.ids.next('req'),
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) =>
      refuseGarbage(ctx, error, socket),
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      startLog(ctx, request, reply);
      void sendProblem(ctx, error, request, reply);
    },
  };
  const server: FastifyInstance =
    tls === undefined
      ? fastify(options)
      : fastify({ ...options, https: { key: Buffer.from(tls.key), cert: Buffer.from(tls.cert) } });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  server.decorateRequest('admitted', undefined);
  server.decorateRequest('routeName', undefined);
  server.decorateRequest('problemCode', undefined);
  server.decorateRequest('stop', undefined);
  server.addHook('onRequest', async (request, reply) => {
    startLog(ctx, request, reply);
    if (!ctx.draining.aborted) return;
    reply.header('connection', 'close');
    throw new ServerStoppingError();
  });
  server.setErrorHandler(
    async (error, request, reply) => await sendProblem(ctx, error, request, reply),
  );
  return server;
}

function startLog(ctx: ServerContext, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(securityHeaders(request.headers.host ?? ''));
  reply.header('cache-control', 'no-store').header('x-request-id', request.id);
  const started = ctx.clock.monotonic();
  // Known as long as the connection is there.
  const address = addressOf(request, ctx.isBehindProxy);
  const { socket } = request;
  reply.raw.once('close', () => {
    // Kept open for a next request, it would keep a server that stops from its end.
    if (ctx.draining.aborted) socket.end();
    const ms = ctx.clock.monotonic() - started;
    const { statusCode: status } = reply;
    const route = request.routeName ?? 'other';
    if (!isEventStream(reply)) ctx.metrics.answered({ route, status, ms });
    logRequest(ctx, request, { status, ms, address, isWhole: reply.raw.writableFinished });
  });
}

/** It lasts as long as somebody listens, which says nothing of how soon requests are answered. */
function isEventStream(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type')).startsWith('text/event-stream');
}

interface Outcome {
  readonly status: number;
  readonly ms: number;
  readonly address: string;
  readonly isWhole: boolean;
}

/** One line a request: reads for debugging, changes and refusals for everybody. No query: it may hold words of a person. */
function logRequest(ctx: ServerContext, request: FastifyRequest, outcome: Outcome): void {
  const { method, url, routeName, problemCode, admitted } = request;
  const facts = {
    requestId: request.id,
    method,
    path: url.split('?', 1)[0]?.slice(0, 300),
    route: routeName,
    status: outcome.status,
    ms: Math.round(outcome.ms),
    address: outcome.address,
    userId: admitted?.principal?.userId,
    code: problemCode,
    ...(!outcome.isWhole && { isWhole: false }),
  };
  const isQuiet = problemCode === undefined && method === 'GET';
  ctx.log[isQuiet ? 'debug' : 'info']('request', facts);
}

/** Tell of what went wrong; what is a fault of ours goes into the log with its stack. */
async function sendProblem(
  ctx: ServerContext,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const isTooLarge = codedOf(thrown) instanceof RequestTooLargeError;
  const limit = request.routeOptions.bodyLimit ?? 0;
  const error = isTooLarge ? new RequestTooLargeError(limit) : thrown;
  const { view, headers } = toProblem(error, request.id);
  // Nobody waits for the reply of a request whose client went away.
  const isGone = isAborted(request, thrown);
  if (!isGone) {
    request.problemCode = view.code;
    ctx.metrics.refused(view.code);
  }
  if (view.status === 500 && !isGone) {
    ctx.log.error('a request failed', { requestId: request.id, route: request.routeName, error });
  }
  reply.code(view.status).headers(headers);
  if (wantsPage(request))
    return await reply.type('text/html; charset=utf-8').send(problemPage(view));
  return await reply.type(PROBLEM_TYPE).send(JSON.stringify(view));
}

function isAborted({ stop }: FastifyRequest, thrown: unknown): boolean {
  return stop !== undefined && stop.aborted && thrown === stop.reason;
}

/** Somebody who typed a wrong address reads no JSON. */
function wantsPage({ headers, url }: FastifyRequest): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && !url.startsWith('/api/');
}

function problemPage({ title, detail, code, todo }: Problem['view']): string {
  const words = [`<h1>${escapeHtml(title)}</h1>`, escapeHtml(detail), escapeHtml(todo ?? '')];
  return page(title, `${words.join('<p>')}<p><code>${escapeHtml(code)}</code>`);
}
