import type { Agent } from 'node:http';
import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  abortable,
  type Clock,
  CodedError,
  type Ids,
  type Log,
  type ProcessIdentity,
} from '../../base/index.ts';
import type { AppRun } from '../deployer.ts';
import { Child } from './child.ts';
import { answerText, type Content } from './content.ts';
import { forward, forwardUpgrade, makeAgent } from './proxy.ts';
import { boxCommand, type Sandbox } from './sandbox.ts';
import type { SiteLog } from './site-log.ts';
import { untilHealthy } from './until-healthy.ts';

export interface ProgramOptions {
  readonly run: AppRun;
  /** Of the release. */
  readonly siteDir: string;
  readonly dataDir: string;
  readonly sandbox: Sandbox;
  readonly environment: Readonly<Record<string, string>>;
  /** Begins the mark of every start. */
  readonly mark: string;
  /** How long it may take to become healthy. */
  readonly startLimitMs: number;
  readonly siteLog: SiteLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Called with each process that is started. */
  readonly onStart: (identity: ProcessIdentity) => Promise<void>;
}

const STARTING = 'The program of the site is starting.';
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** After so many ends in a row it is left alone until it is deployed again. */
const MOST_ENDS = 10;
/** A program that ran for so long begins to count anew. */
const STEADY_MS = 60_000;
/** How long requests that run may keep the program of an old release. */
const DRAIN_MS = 5_000;

/**
 * The program of a dynamic site, kept running: started, held back until it is healthy, and started
 * again with growing pauses when it ends.
 */
export class Program implements Content {
  readonly #options: ProgramOptions;
  readonly #agent: Agent = makeAgent();
  readonly #stop = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  readonly #done: Promise<void>;
  #port: number | undefined;
  #problem: string | undefined = STARTING;
  #isStarting = true;
  #isGivenUp = false;
  #running = 0;
  #whenIdle: (() => void) | undefined;

  /** Begins at once. */
  constructor(options: ProgramOptions) {
    this.#options = options;
    // Nobody has to wait for it.
    this.#first.promise.catch(() => {});
    this.#done = this.#keepRunning();
  }

  /** Why it does not answer now; undefined when it does. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** It was not healthy yet, and has not failed either. */
  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** Nothing is tried any more. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Wait for the first start. @throws {CodedError} `deploy.unhealthy` */
  async untilHealthy(signal: AbortSignal): Promise<void> {
    await abortable(this.#first.promise, signal);
  }

  answer(...[request, response]: Parameters<Content['answer']>): void {
    if (this.#port === undefined) {
      answerText(response, 503, this.#problem ?? STARTING, { 'retry-after': '2' });
      return;
    }
    this.#running += 1;
    response.once('close', () => {
      this.#running -= 1;
      if (this.#running === 0) this.#whenIdle?.();
    });
    forward(request, response, { port: this.#port, agent: this.#agent });
  }

  upgrade(...[request, socket, head]: Parameters<NonNullable<Content['upgrade']>>): void {
    if (this.#port === undefined) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
    } else forwardUpgrade(request, socket, head, this.#port);
  }

  /** End it for good, once the requests that run are answered or took too long. */
  async close({ isDrained }: { readonly isDrained: boolean }): Promise<void> {
    if (isDrained && this.#running > 0) {
      using limit = this.#options.clock.deadline(DRAIN_MS, new Error('took too long'));
      const idle = Promise.withResolvers<void>();
      this.#whenIdle = idle.resolve;
      await Promise.race([idle.promise, once(limit.signal, 'abort')]);
    }
    this.#stop.abort(new Error('the program was ended'));
    await this.#done;
    this.#agent.destroy();
  }

  async #keepRunning(): Promise<void> {
    const { clock, siteLog, log } = this.#options;
    const { signal } = this.#stop;
    let pauseMs = FIRST_PAUSE_MS;
    for (let ends = 1; !signal.aborted; ends += 1) {
      const start = clock.monotonic();
      try {
        await this.#runOnce(signal);
      } catch (error) {
        this.#port = undefined;
        if (signal.aborted) return;
        this.#isStarting = false;
        this.#first.reject(error);
        this.#problem = error instanceof Error ? error.message : String(error);
        log.warn('the program of a site ended', { error, ends });
        await siteLog.note(this.#problem);
      }
      if (clock.monotonic() - start >= STEADY_MS) {
        ends = 1;
        pauseMs = FIRST_PAUSE_MS;
      }
      if (ends >= MOST_ENDS) {
        this.#isGivenUp = true;
        this.#problem += ` It ended ${ends} times in a row: it stays so until it is deployed again.`;
        return;
      }
      await clock.after(pauseMs, signal).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Start it, wait until it ends, and say why by throwing. */
  async #runOnce(signal: AbortSignal): Promise<never> {
    const { run, siteLog, clock, sandbox, siteDir, dataDir, environment } = this.#options;
    const port = await findFreePort();
    const command = await boxCommand(sandbox, {
      command: run.command,
      siteDir,
      dataDir,
      path: environment['PATH'] ?? '',
    });
    const held = sandbox.kind === 'none' ? `without a sandbox: ${sandbox.reason}` : 'in a sandbox';
    await siteLog.note(`starts ${JSON.stringify(run.command)} on port ${port}, ${held}`);
    const child = new Child({
      command,
      environment: {
        ...environment,
        PORT: String(port),
        HOST: '127.0.0.1',
        NODE_ENV: 'production',
      },
      mark: `${this.#options.mark}:${this.#options.ids.nonce()}`,
      siteLog,
      clock,
    });
    try {
      const identity = await child.identity();
      if (identity !== undefined) await this.#options.onStart(identity);
      const { startLimitMs } = this.#options;
      await untilHealthy(
        { port, path: run.healthPath, ended: child.ended, startLimitMs, clock },
        signal,
      );
      this.#port = port;
      this.#problem = undefined;
      this.#isStarting = false;
      this.#first.resolve();
      await siteLog.note('is healthy');
      throw ended(await abortable(child.ended, signal));
    } finally {
      this.#port = undefined;
      // Also after an abort: nothing of it may stay.
      await child.end(new AbortController().signal);
    }
  }
}

function ended(reason: string): CodedError {
  return new CodedError('deploy.unhealthy', `The program of the site ${reason}.`);
}

/** A port that nobody listens at now. Whoever takes it meanwhile makes this start fail. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return address.port;
}
