import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, request as requestTls } from 'node:https';
import type { Certificate } from './certificate.ts';

export type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Door extends AsyncDisposable {
  /** `127.0.0.1:1234` */
  readonly host: string;
}

/** Listen on a free port of the loopback interface, with TLS when there is a certificate. */
export async function openDoor(serve: Serve, certificate?: Certificate): Promise<Door> {
  const answer = (asked: IncomingMessage, response: ServerResponse): void => {
    serve(asked, response).catch(() => {
      // Cut, as a gateway does of which nobody knows why.
      response.destroy();
    });
  };
  const server =
    certificate === undefined ? createServer(answer) : createTlsServer(certificate, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return {
    host: `127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Pass a request on to another address, and its answer back. */
export async function passOn(
  asked: IncomingMessage,
  response: ServerResponse,
  { origin, trusted }: { readonly origin: string; readonly trusted?: Certificate },
): Promise<void> {
  const ask = origin.startsWith('https:') ? requestTls : request;
  const { host: _host, connection: _connection, ...headers } = asked.headers;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const passed = ask(`${origin}${asked.url ?? '/'}`, {
    method: asked.method,
    headers,
    agent: false,
    ...(trusted === undefined ? {} : { ca: trusted.cert }),
  });
  passed.on('response', resolve).on('error', reject);
  asked.pipe(passed);
  const answer = await promise;
  response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
  answer.pipe(response);
  await once(answer, 'end');
}
