import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

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
    const stat = await readFile(`/proc/${this.#child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // utime and stime, in ticks of 10 ms.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** PSS in MB of a process and all below it. */
export async function memoryOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const own = Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? Number.NaN) * 1_024;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const below = children.split(' ').filter((one) => one.trim() !== '');
  const shares = await Promise.all(below.map(async (one) => await memoryOf(Number(one))));
  return own / 1e6 + shares.reduce((sum, one) => sum + one, 0);
}
