import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { answerText } from './content.ts';

/** Headers of one connection, which the next one has of its own (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The dashboard's cookie: browsers send it to every port of a host, and it is none of the site's. */
const ownCookie = /^tbl=/;

/** Connections to one program; closed with it. */
export function makeAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 32 });
}

/** Hand a request on to the program at `port`, both bodies as streams with back-pressure. */
export function forward(
  asked: IncomingMessage,
  response: ServerResponse,
  { port, agent }: { readonly port: number; readonly agent: Agent },
): void {
  const onward = request({
    host: '127.0.0.1',
    port,
    agent,
    method: asked.method ?? 'GET',
    path: asked.url ?? '/',
    headers: { ...forwarded(asked), ...bodyHeaders(asked) },
  });
  onward.on('response', (answer) => passOn(answer, response));
  // It speaks another protocol to somebody who did not ask for one.
  onward.on('upgrade', (_answer, socket) => {
    socket.destroy();
    answerText(response, 502, noSense);
  });
  onward.on('error', () => answerText(response, 502, 'The program of this site does not answer.'));
  response.on('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  pipeline(asked, onward, () => {});
}

const noSense = 'The program of this site answers what is no HTTP.';

/** The reason stays behind: Node reads some that it then refuses to write, as with the status. */
function passOn(answer: IncomingMessage, response: ServerResponse): void {
  const { statusCode: status = 0 } = answer;
  if (status < 200) {
    answer.destroy();
    answerText(response, 502, noSense);
    return;
  }
  const { 'set-cookie': cookies = [], ...headers } = endToEnd(answer.headers);
  const kept = cookies.filter((one) => !ownCookie.test(one));
  response.writeHead(status, { ...headers, ...(kept.length > 0 && { 'set-cookie': kept }) });
  pipeline(answer, response, () => {});
}

/** Join the two ends of a WebSocket. */
export function forwardUpgrade(
  asked: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  port: number,
): void {
  const onward = connect({ host: '127.0.0.1', port });
  onward.on('connect', () => {
    const headers = { ...forwarded(asked), connection: 'Upgrade', upgrade: asked.headers.upgrade };
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => `${name}: ${one}`),
    );
    onward.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    onward.write(head);
    pipeline(socket, onward, () => socket.destroy());
    pipeline(onward, socket, () => onward.destroy());
  });
  onward.on('error', () => socket.destroy());
  socket.on('close', () => onward.destroy());
}

function forwarded(asked: IncomingMessage): IncomingHttpHeaders {
  const cookie = withoutOwnCookie(asked.headers.cookie);
  const { cookie: _cookie, ...headers } = endToEnd(asked.headers);
  return {
    ...headers,
    ...(cookie !== '' && { cookie }),
    'x-forwarded-for': asked.socket.remoteAddress ?? '127.0.0.1',
    'x-forwarded-host': asked.headers.host ?? '',
    'x-forwarded-proto': 'http',
  };
}

/**
 * Say where the body ends, whatever `connection` names: of a GET or DELETE Node would send it
 * without, and the program would take it for the next request.
 */
function bodyHeaders({ headers }: IncomingMessage): IncomingHttpHeaders {
  return headers['transfer-encoding'] === undefined
    ? { 'content-length': headers['content-length'] ?? '0' }
    : { 'transfer-encoding': 'chunked' };
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !named.includes(name)),
  );
}

function withoutOwnCookie(header: string | undefined): string {
  const cookies = (header ?? '').split(/;\s*/);
  return cookies.filter((one) => one !== '' && !ownCookie.test(one)).join('; ');
}
