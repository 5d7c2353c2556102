import type { FastifyReply } from 'fastify';
import type { ReplyKind } from '../contract/index.ts';
import type { ServerContext } from './context.ts';

/** The client of a request went away before its reply was sent. */
class ClientGoneError extends Error {}

/**
 * A signal that aborts when nobody waits for the reply any more, or the server ends. Endless
 * streams end as soon as the server begins to stop; everything else may finish in a while.
 */
export function stopOf(
  { draining, ended }: Pick<ServerContext, 'draining' | 'ended'>,
  kind: ReplyKind,
  reply: FastifyReply,
): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new ClientGoneError('the client went away'));
  });
  return AbortSignal.any([gone.signal, kind === 'stream' ? draining : ended]);
}
