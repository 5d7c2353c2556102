import type { IncomingMessage } from 'node:http';
import { LoginRequiredError, type Principal } from '../app/index.ts';
import { inOwn, loggedIn, terminalProtocol } from '../contract/index.ts';
import { readCredential } from './credential.ts';
import type { TerminalsApp } from './door-app.ts';
import { addressOf } from './gate.ts';
import type { Hosts } from './hosts.ts';
import { InvalidRequestError, NoRouteError, WrongOriginError } from './request-errors.ts';

export interface SocketWish {
  /** Undefined: the viewer says by frames what it wants to see. */
  readonly agentId: string | undefined;
  readonly isFramed: boolean;
  readonly isWriter: boolean;
}

export interface AdmittedSocket extends SocketWish {
  readonly principal: Principal;
  readonly address: string;
}

export interface SocketGate {
  readonly app: TerminalsApp;
  readonly hosts: Pick<Hosts, 'checkHost' | 'isAllowedOrigin'>;
  readonly isBehindProxy: boolean;
}

const path = /^\/ws\/terminal(?:\/(?<agentId>[\w.-]{1,80}))?$/;

/**
 * Settle whether a socket may be opened, and what for. A ticket, or a token in a header: a cookie
 * opens none, because a browser sends it for whatever page asks.
 *
 * @throws {CodedError} `request.wrong-host`, `request.wrong-origin`, `request.invalid`,
 * `request.no-route`, `auth.login-required`, `auth.forbidden`, or that there is no such agent.
 */
export async function admitSocket(
  { app, hosts, isBehindProxy }: SocketGate,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<AdmittedSocket> {
  const { headers } = request;
  hosts.checkHost(headers);
  // Browsers always say where a socket comes from, other programs need not.
  if (headers.origin !== undefined && !hosts.isAllowedOrigin(headers)) {
    throw new WrongOriginError(headers.origin);
  }
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  if (url === null) throw new NoRouteError('GET', request.url ?? '/');
  const wish = readWish(url, headers['sec-websocket-protocol']);
  const { accounts } = app;
  const ticket = url.searchParams.get('ticket');
  const principal =
    ticket === null
      ? await byToken(accounts, request, signal)
      : orRefuse(accounts.redeemTicket(ticket));
  await accounts.authorize(principal, loggedIn, {}, signal);
  if (wish.agentId !== undefined) {
    const access = inOwn(wish.isWriter ? 'operator' : 'viewer', 'agent_id');
    await accounts.authorize(principal, access, { agent_id: wish.agentId }, signal);
  }
  return { ...wish, principal, address: addressOf(request, isBehindProxy) };
}

async function byToken(
  accounts: TerminalsApp['accounts'],
  { headers }: IncomingMessage,
  signal: AbortSignal,
): Promise<Principal> {
  const credential = readCredential({ authorization: headers.authorization });
  if (credential === undefined) throw new LoginRequiredError();
  return orRefuse(await accounts.authenticate(credential, signal));
}

function orRefuse(principal: Principal | undefined): Principal {
  if (principal === undefined) throw new LoginRequiredError();
  return principal;
}

/** @throws {CodedError} `request.no-route`, `request.invalid` */
function readWish(url: URL, protocols: string | undefined): SocketWish {
  const found = path.exec(url.pathname);
  if (found === null) throw new NoRouteError('GET', url.pathname);
  const agentId = found.groups?.['agentId'];
  const isFramed = (protocols ?? '').split(',').some((one) => one.trim() === terminalProtocol);
  if (agentId === undefined && !isFramed) {
    const message = `the subprotocol ${terminalProtocol} is needed here`;
    throw new InvalidRequestError('header', [{ path: 'sec-websocket-protocol', message }]);
  }
  const write = url.searchParams.get('write') ?? '0';
  if (write !== '0' && write !== '1') {
    throw new InvalidRequestError('query', [{ path: 'write', message: 'it is 0 or 1' }]);
  }
  // With frames, who wants to type asks for it by one.
  return { agentId, isFramed, isWriter: !isFramed && write === '1' };
}
