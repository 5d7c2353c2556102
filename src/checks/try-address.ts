import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { abortable, type Clock, systemCode } from '../base/index.ts';
import type { HealthTry } from './checks.ts';

export interface TryOptions {
  readonly clock: Clock;
  /** For the answer with its body and all redirects. */
  readonly limitMs: number;
}

const MOST_REDIRECTS = 5;
const MOST_BYTES = 2 ** 20;

/**
 * Get an address once and say in words what is wrong with the answer; `reason` is undefined for a
 * 2xx. Follows at most 5 redirects, to the same host alone. Reads at most 1 MiB of the body.
 *
 * @throws `signal.reason` when aborted.
 */
export async function tryAddress(
  url: string,
  { clock, limitMs }: TryOptions,
  signal: AbortSignal,
): Promise<HealthTry> {
  const at = clock.now();
  const tooLong = new Error(`took longer than ${limitMs / 1_000} s`);
  using limit = clock.deadline(limitMs, tooLong);
  const stop = AbortSignal.any([signal, limit.signal]);
  try {
    return { at, ...(await follow(new URL(url), MOST_REDIRECTS, stop)) };
  } catch (error) {
    signal.throwIfAborted();
    const reason = limit.signal.aborted ? tooLong.message : describe(error);
    return { at, status: undefined, reason };
  }
}

type Answer = Omit<HealthTry, 'at'>;

async function follow(url: URL, redirectsLeft: number, signal: AbortSignal): Promise<Answer> {
  const response = await get(url, signal);
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if (status < 300 || status > 399 || location === undefined) {
    await readSome(response, signal);
    const isFine = status >= 200 && status <= 299;
    return { status, reason: isFine ? undefined : `answered ${status}` };
  }
  response.destroy();
  const next = URL.parse(location, url);
  if (next === null) return { status, reason: `redirected to ${location}, which is no address` };
  if (!staysHere(url, next)) return { status, reason: `redirected away, to ${next.origin}` };
  if (redirectsLeft === 0)
    return { status, reason: `redirected more than ${MOST_REDIRECTS} times` };
  return await follow(next, redirectsLeft - 1, signal);
}

/** The same origin, or the same name by https. */
export function staysHere(from: URL, to: URL): boolean {
  if (to.origin === from.origin) return true;
  return to.hostname === from.hostname && from.protocol === 'http:' && to.protocol === 'https:';
}

async function get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // No agent: a connection that is kept would speak to a program that is gone.
  const options = {
    agent: false,
    signal,
    headers: { 'user-agent': 'tmux-builder', accept: '*/*' },
  };
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const sent = request(url, options, resolve).on('error', reject);
  sent.end();
  return await promise;
}

/** A body that breaks off means a broken site, also after a good status. */
async function readSome(response: IncomingMessage, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= MOST_BYTES) resolve();
  });
  response.on('end', resolve).on('error', reject);
  try {
    await abortable(promise, signal);
  } finally {
    response.destroy();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'host not reachable',
  ENETUNREACH: 'network not reachable',
  ETIMEDOUT: 'no connection in time',
  CERT_HAS_EXPIRED: 'certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate is signed by nobody known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate is signed by nobody known',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another name',
};

/** What a failed request means, for people. */
export function describe(error: unknown): string {
  // Several addresses were tried; each failed, mostly for one reason.
  if (error instanceof AggregateError) return describe(error.errors[0]);
  const code = systemCode(error) ?? '';
  const known = reasons[code];
  if (known !== undefined) return known;
  if (/CERT|TLS|SSL/.test(code)) return `certificate or TLS: ${code}`;
  if (code.startsWith('HPE_')) return `no HTTP answer (${code})`;
  return error instanceof Error ? error.message : String(error);
}
