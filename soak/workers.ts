import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** Start a worker that looks at everything once, and throw when it ends otherwise than well. */
export async function sweepOnce(environment: NodeJS.ProcessEnv): Promise<void> {
  const args = ['--disable-warning=ExperimentalWarning', main, 'worker', '--until-idle'];
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const [status] = await once(
    spawn(process.execPath, args, { env: environment, stdio: [...stdio] }),
    'exit',
  );
  if (status !== 0) throw new Error(`the worker that sweeps ended with status ${status}`);
}

/** Worker processes of the program; one that dies is followed by another until they are closed. */
export class Workers implements AsyncDisposable {
  readonly #children = new Set<ChildProcess>();
  readonly #environment: NodeJS.ProcessEnv;
  readonly #log: WriteStream;
  #isClosing = false;
  /** How many were started. */
  started = 0;

  constructor(count: number, environment: NodeJS.ProcessEnv, logPath: string) {
    this.#environment = environment;
    this.#log = createWriteStream(logPath, { flags: 'a' });
    for (let index = 0; index < count; index += 1) this.#start();
  }

  get running(): readonly ChildProcess[] {
    return [...this.#children];
  }

  /** End them as a person would, by SIGTERM, and wait. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    const ends = [...this.#children].map(async (child) => {
      const ended = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await ended;
    });
    await Promise.all(ends);
    this.#log.end();
  }

  #start(): void {
    this.started += 1;
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', main, 'worker'],
      {
        env: this.#environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stdout?.pipe(this.#log, { end: false });
    child.stderr?.pipe(this.#log, { end: false });
    this.#children.add(child);
    child.once('exit', () => {
      this.#children.delete(child);
      if (!this.#isClosing) this.#start();
    });
  }
}
