import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { cpuMsOf, memoryOf } from './process-usage.ts';

/** A server in a process of its own, so that what it costs is told apart from its clients. */
export class ChildServer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Start Node with these arguments; the first line it prints is JSON with its `port`. */
  static async start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ChildServer> {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return new ChildServer(child, JSON.parse(String(line)).port);
  }

  /** MB that are its own share of memory, with every process below it. */
  async memory(): Promise<number> {
    return await memoryOf(this.#child.pid ?? 0);
  }

  /** Milliseconds that its threads have run. */
  async cpuMs(): Promise<number> {
    return await cpuMsOf(this.#child.pid ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}
