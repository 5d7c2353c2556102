import { createHash } from 'node:crypto';
import type { Route, RouteName } from '../contract/index.ts';
import type { ServerCall } from './handler.ts';
import { InvalidRequestError } from './request-errors.ts';

/** What of a call decides whether it was made before. */
interface KeyedCall extends Pick<
  ServerCall,
  'principal' | 'params' | 'query' | 'body' | 'answer' | 'signal'
> {
  readonly app: Pick<ServerCall['app'], 'findReply' | 'keepReply'>;
}

interface KeyedRequest {
  readonly name: RouteName;
  readonly route: Route;
  readonly call: KeyedCall;
  readonly key: string | readonly string[];
}

/** Their replies hold secrets, which are kept nowhere. */
const secretive: ReadonlySet<string> = new Set<RouteName>([
  'logIn',
  'acceptInvitation',
  'getInvitation',
  'createToken',
  'createUser',
  'resetUser',
  'issueTicket',
]);

/** Requests with a key that are being done now; each is gone when it is done. */
const running = new Map<string, Promise<void>>();

/**
 * Do a request that carries an `Idempotency-Key` at most once: asked again with the same body it
 * gives the first reply back, with status 200, for 24 hours. What failed is done anew.
 *
 * @throws {CodedError} `request.key-reused` for the same key with something else.
 */
export async function once(request: KeyedRequest, work: () => Promise<unknown>): Promise<unknown> {
  const { call, name } = request;
  const key = checkKey(request);
  const userId = call.principal?.userId ?? '';
  const asked = { userId, key, route: name, digest: digestOf(request) };
  const own = `${userId} ${key}`;
  // The second of two at the same time waits for the first, and finds its reply.
  while (running.has(own)) await running.get(own);
  const { promise, resolve } = Promise.withResolvers<void>();
  running.set(own, promise);
  try {
    const kept = await call.app.findReply(asked, call.signal);
    if (kept !== undefined) {
      call.answer.status = 200;
      return kept.reply;
    }
    const reply = await work();
    // Whoever gave up waiting asks again with this key: what is done is not to be done twice.
    await call.app.keepReply(asked, { reply });
    return reply;
  } finally {
    running.delete(own);
    resolve();
  }
}

/**
 * The key that a job keeps itself, in one transaction with its making: so it is made once also
 * when the server is killed before it could note its reply.
 */
export function jobKeyOf({
  headers,
  principal,
}: Pick<ServerCall, 'headers' | 'principal'>): string | undefined {
  const key = headers['idempotency-key'];
  // Of several users in one session each has keys of their own.
  return typeof key === 'string' ? `${principal?.userId ?? ''}:${key}` : undefined;
}

/** Whether a route can be done at most once by a key. */
export function takesKey(name: string, { method, kind }: Route): boolean {
  return method === 'POST' && kind === 'json' && !secretive.has(name);
}

function checkKey({ name, route, key }: KeyedRequest): string {
  if (!takesKey(name, route)) throw wrongKey('this route takes no Idempotency-Key');
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw wrongKey('give 1 to 200 visible ASCII characters');
}

function wrongKey(message: string): InvalidRequestError {
  return new InvalidRequestError('header', [{ path: 'header.idempotency-key', message }]);
}

function digestOf({ name, call }: KeyedRequest): string {
  const { params, query, body, principal } = call;
  // A token for one session is given no reply that tells of another.
  return createHash('sha256')
    .update(JSON.stringify([name, params, query, body, principal?.sessionId ?? null]))
    .digest('hex');
}
