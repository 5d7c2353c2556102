import type { Socket } from 'node:net';
import type { ServerContext } from './context.ts';
import { addressOf } from './gate.ts';
import { PROBLEM_TYPE, toProblem } from './problem.ts';
import { HeadersTooLargeError, InvalidRequestError } from './request-errors.ts';

/**
 * Answer what is not even HTTP, and close its connection: there is no request yet, so the reply is
 * written by hand. It is logged and counted as other refusals are.
 */
export function refuseGarbage(
  ctx: Pick<ServerContext, 'ids' | 'log' | 'metrics'>,
  error: Error & { readonly code?: string },
  socket: Socket,
): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const requestId = ctx.ids.next('req');
  const { view } = toProblem(toCoded(error), requestId);
  const { status, code, title } = view;
  // A proxy would have refused it: it came straight from there.
  const address = addressOf({ headers: {}, socket }, false);
  ctx.metrics.refused(code);
  ctx.log.info('request', { requestId, status, address, code, reason: error.code });
  const body = JSON.stringify(view);
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function toCoded({ code }: { readonly code?: string }) {
  if (code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLargeError();
  const message = 'this is no HTTP request that can be read';
  return new InvalidRequestError('header', [{ path: '', message }]);
}
