import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import {
  type Clock,
  endProcesses,
  findByEnvironment,
  findProcess,
  findProcessTree,
  type ProcessIdentity,
  sendSignal,
} from '../../base/index.ts';
import type { BoxedCommand } from './sandbox.ts';
import type { SiteLog } from './site-log.ts';

/** Variable by which a program's processes are found, whoever their parent is. */
export const MARK = 'TMUX_BUILDER_SITE';

export interface ChildOptions {
  readonly command: BoxedCommand;
  readonly environment: Readonly<Record<string, string>>;
  /** Value of the mark: of this start alone. */
  readonly mark: string;
  readonly siteLog: SiteLog;
  readonly clock: Clock;
}

/** How long a program has to end by itself after SIGTERM. */
const GRACE_MS = 3_000;

/** A running program of a site, its children, and what they print. */
export class Child {
  readonly #options: ChildOptions;
  readonly #process: ChildProcess;
  /** Resolves with why it ended, in words that follow "the program": `exited with code 1`. */
  readonly ended: Promise<string>;

  /** Nothing is thrown here: a program that cannot be started has ended at once. */
  constructor(options: ChildOptions) {
    const { command, environment } = options;
    this.#options = options;
    this.#process = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: { ...environment, ...command.environment, [MARK]: options.mark },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own group: what is sent to ours is not for it.
      detached: true,
    });
    const { promise, resolve } = Promise.withResolvers<string>();
    this.ended = promise;
    this.#process.once('error', (error) => resolve(`could not be started: ${error.message}`));
    this.#process.once('exit', (code, name) =>
      resolve(name === null ? `exited with code ${code}` : `was ended by ${name}`),
    );
    void this.#keepOutput(this.#process.stdout);
    void this.#keepOutput(this.#process.stderr);
  }

  async identity(): Promise<ProcessIdentity | undefined> {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return undefined;
    return await findProcess(pid);
  }

  /** End it and everything it started: SIGTERM, then SIGKILL. */
  async end(signal: AbortSignal): Promise<void> {
    const { clock, mark } = this.#options;
    const root = await this.identity();
    if (root !== undefined) {
      const tree = await findProcessTree(root);
      // Bubblewrap, at the top, would take the others with it at once.
      const heirs = tree.length > 1 ? tree.slice(1) : tree;
      for (const { pid } of heirs) sendSignal(pid, 'SIGTERM');
      using limit = clock.deadline(GRACE_MS, new Error('grace is over'));
      await Promise.race([this.ended, once(limit.signal, 'abort')]);
      await endProcesses(tree, { clock, graceMs: 0 }, signal);
    }
    await endProcesses(findByEnvironment(MARK, mark), { clock, graceMs: 0 }, signal);
  }

  async #keepOutput(output: Readable | null): Promise<void> {
    const { siteLog } = this.#options;
    try {
      // A loop that ends by a failure closes the pipe, and what prints into a closed pipe dies.
      for await (const chunk of output ?? []) await siteLog.write(chunk).catch(() => {});
    } catch {
      // Its end broke the pipe.
    }
  }
}
