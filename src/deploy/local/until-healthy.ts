import { request } from 'node:http';
import { type Clock, CodedError } from '../../base/index.ts';

export interface HealthWish {
  readonly port: number;
  readonly path: string;
  /** Resolves with why the program ended. */
  readonly ended: Promise<string>;
  readonly startLimitMs: number;
  readonly clock: Clock;
}

const PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/**
 * Ask a program until it answers 2xx or 3xx.
 *
 * @throws {CodedError} `deploy.unhealthy`: it ended, or the limit passed; the message says what the
 * last answer was. `signal.reason` when aborted.
 */
export async function untilHealthy(
  { port, path, ended, startLimitMs, clock }: HealthWish,
  signal: AbortSignal,
): Promise<void> {
  const over = new Error('not healthy in time');
  using limit = clock.deadline(startLimitMs, over);
  const end = new AbortController();
  let last = 'nothing answered';
  const exit = ended.then((reason) => end.abort(new Error(reason)));
  const stop = AbortSignal.any([signal, limit.signal, end.signal]);
  try {
    for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const status = await ask(port, path, stop);
      // One that was just refused its port has not ended yet, and somebody else answers here.
      if (typeof status === 'number' && status >= 200 && status < 400 && !end.signal.aborted)
        return;
      last = typeof status === 'number' ? `the last answer was ${status}` : status;
      await Promise.race([clock.after(pauseMs, stop), exit]);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (end.signal.aborted) throw unhealthy(String(end.signal.reason.message));
    if (limit.signal.aborted) {
      throw unhealthy(`did not answer ${path} within ${startLimitMs} ms: ${last}`);
    }
    throw error;
  }
}

function unhealthy(reason: string): CodedError {
  return new CodedError('deploy.unhealthy', `The program of the site ${reason}.`, {
    todo: 'Look at what it printed, and correct the site: tmux-builder site logs SESSION',
  });
}

/** Resolves with the status, or with why there was none. */
async function ask(port: number, path: string, signal: AbortSignal): Promise<number | string> {
  const { promise, resolve, reject } = Promise.withResolvers<number | string>();
  const asked = request({ host: '127.0.0.1', port, path, agent: false, signal, timeout: 2_000 });
  asked.on('timeout', () => asked.destroy(new Error('no answer within 2 s')));
  asked.on('response', (response) => {
    // Its status is all we ask for; the rest may never end.
    response.destroy();
    resolve(response.statusCode ?? 0);
  });
  asked.on('error', (error) => {
    if (signal.aborted) reject(error);
    else resolve(error.message);
  });
  asked.end();
  return await promise;
}
