import type { FastifyRequest } from 'fastify';
import type { Method, Route } from '../contract/index.ts';
import type { Principal } from '../app/index.ts';
import type { ServerContext } from './context.ts';
import { readCredential } from './credential.ts';

/** What is known of a request before its body was read. */
export interface Admitted {
  readonly principal: Principal | undefined;
  readonly address: string;
}

/**
 * Settle whether a request may be done at all, before anything in it is looked at: is it for this
 * server, does it come from a page of ours, who asks, how often, and do they have the right.
 *
 * @throws {CodedError} `request.wrong-host`, `request.wrong-origin`, `request.too-many`,
 * `auth.login-required`, `auth.forbidden`, or that what it is about does not exist.
 */
export async function admit(
  ctx: ServerContext,
  { name, route }: { readonly name: string; readonly route: Pick<Route, 'method' | 'access'> },
  request: FastifyRequest,
  signal: AbortSignal,
): Promise<Admitted> {
  const { app, hosts, limits } = ctx;
  const { headers } = request;
  const address = addressOf(request, ctx.isBehindProxy);
  const isRead = isReading(route.method);
  hosts.checkHost(headers);
  const credential = readCredential(headers);
  // A token is no cookie: no page of somewhere else can make a browser send one.
  if (!isRead && credential?.kind !== 'token') {
    hosts.checkOrigin(headers, credential !== undefined);
  }
  const principal =
    credential === undefined ? undefined : await app.accounts.authenticate(credential, signal);
  limits.take({ name, isRead, address, credentialId: principal?.credentialId });
  await app.accounts.authorize(principal, route.access, textsIn(request.params), signal);
  return { principal, address };
}

export function isReading(method: Method): boolean {
  return method === 'GET';
}

/** Where a request came from: behind a proxy what that one wrote at the end of the list. */
export function addressOf(
  { headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>,
  isBehindProxy: boolean,
): string {
  const direct = socket.remoteAddress ?? 'unknown';
  const told = headers['x-forwarded-for'];
  const list = Array.isArray(told) ? told.join(',') : (told ?? '');
  const last = list.split(',').at(-1)?.trim() ?? '';
  const isAddress = /^[\da-fA-F.:]{2,45}$/.test(last);
  return plain(isBehindProxy && isAddress ? last : direct);
}

/** IPv4 as everybody writes it, also where the socket is one of IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function textsIn(params: unknown): Readonly<Record<string, string>> {
  if (typeof params !== 'object' || params === null) return {};
  const texts = Object.entries(params).filter((pair): pair is [string, string] => {
    return typeof pair[1] === 'string';
  });
  return Object.fromEntries(texts);
}
