import { LoginRequiredError } from '../app/index.ts';
import { type Clock, CodedError, type Log } from '../base/index.ts';
import { type agentRoutes, inOwn } from '../contract/index.ts';
import type { Call, StreamReply } from './call.ts';
import type { TerminalsApp } from './door-app.ts';
import { commentText } from './event-text.ts';

/** A line on which nothing was said for so long gets a comment, so that proxies keep it open. */
const QUIET_MS = 15_000;
/** The right to it is looked up so often: word that it ended may not have come. */
const CHECK_MS = 15_000;

interface LogTools {
  readonly clock: Clock;
  readonly log: Log;
}

type LogsCall = Pick<
  Call<typeof agentRoutes.agentLogs>,
  'principal' | 'params' | 'query' | 'signal'
> & { readonly app: TerminalsApp };

/**
 * Answer `GET /api/agents/:agent_id/logs`: what an agent's terminal prints, as text, in pieces of
 * the form `data: {"output": "..."}`, then `event: end` when nothing more will come. Who reads
 * slowly gets the last lines anew in place of what was left out.
 *
 * Ends at once when the login ends or its rights change.
 *
 * @throws {CodedError} there is no such agent.
 */
export async function agentLogStream(call: LogsCall, tools: LogTools): Promise<StreamReply> {
  if (call.principal === undefined) throw new LoginRequiredError();
  const place = await call.app.findTerminal(call.params.agent_id, call.signal);
  return {
    contentType: 'text/event-stream; charset=utf-8',
    headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    chunks: follow(call, place, tools),
  };
}

async function* follow(
  { app, principal, params, query, signal }: LogsCall,
  place: Awaited<ReturnType<TerminalsApp['findTerminal']>>,
  { clock, log }: LogTools,
): AsyncGenerator<string> {
  const facts = { agentId: params.agent_id, userId: principal?.userId };
  const revoked = new AbortController();
  using _revocations = app.accounts.onRevoked((id) => {
    if (id === principal?.credentialId || id === principal?.userId) revoked.abort();
  });
  const stop = AbortSignal.any([signal, revoked.signal]);
  const check = async (): Promise<void> => {
    try {
      await app.accounts.authorize(principal, inOwn('viewer', 'agent_id'), params, stop);
    } catch (error) {
      if (stop.aborted) return;
      if (error instanceof CodedError && isRefusal(error)) revoked.abort();
      // It is asked anew in a while; a database that is busy ends nobody's right.
      else log.warn('right to an agent’s log not looked at', { ...facts, error });
    }
  };
  using _checks = clock.every(CHECK_MS, () => void check());
  try {
    // The right may have ended before anybody listened.
    await check();
    if (stop.aborted) return;
    const texts = app.terminals.follow(place, query.tail, stop);
    for await (const text of withPauses(texts, clock)) {
      if (stop.aborted) return;
      yield text === undefined ? commentText('quiet') : outputText(text);
    }
    yield 'event: end\ndata: {}\n\n';
  } catch (error) {
    if (stop.aborted) return;
    // The reply has begun: nothing but its being cut off can be told of it any more.
    log.error('an agent’s log cannot be followed', { ...facts, error });
    throw error;
  } finally {
    // Whoever stops to read leaves the terminal too.
    revoked.abort();
  }
}

function isRefusal({ code }: CodedError): boolean {
  return /^auth\.|\.not-found$/.test(code);
}

function outputText(output: string): string {
  return `data: ${JSON.stringify({ output })}\n\n`;
}

/** The same, with `undefined` for each while in which nothing came. */
async function* withPauses(
  texts: AsyncIterable<string>,
  clock: Clock,
): AsyncGenerator<string | undefined> {
  let quiet = Promise.withResolvers<undefined>();
  using _pauses = clock.every(QUIET_MS, () => {
    quiet.resolve(undefined);
    quiet = Promise.withResolvers();
  });
  const iterator = texts[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const came = await Promise.race([next, quiet.promise]);
      if (came === undefined) yield undefined;
      else if (came.done === true) return;
      else {
        yield came.value;
        next = iterator.next();
      }
    }
  } finally {
    // A piece may be on its way, which the abort of its signal ends; nobody waits for it.
    next.catch(() => {});
  }
}
