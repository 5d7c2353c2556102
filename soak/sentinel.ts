import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Invariant } from './invariants.ts';

const run = promisify(execFile);
/** Names like those that a careless program would take for its own. */
const names = ['agent', 'agent-1', 'prod-1', 'prod-10', 'job_1'] as const;

/** Somebody else's tmux sessions beside ours: nothing of them may change. */
export class Sentinel implements AsyncDisposable {
  readonly #socket: string;
  #before = '';

  private constructor(socket: string) {
    this.#socket = socket;
  }

  static async open(dir: string): Promise<Sentinel> {
    await mkdir(dir, { recursive: true });
    const sentinel = new Sentinel(join(dir, 'other.sock'));
    for (const name of names) {
      const program = ['sh', '-c', `echo "I am ${name}"; exec sleep 100000`];
      await sentinel.#tmux('-f', '/dev/null', 'new-session', '-d', '-s', name, '--', ...program);
    }
    sentinel.#before = await sentinel.#look();
    return sentinel;
  }

  async check(): Promise<Invariant> {
    const after = await this.#look().catch((error: unknown) => String(error));
    const broken = after === this.#before ? [] : [`before: ${this.#before}; after: ${after}`];
    return { name: 'I6 sessions of others are untouched', checked: names.length, broken };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux('kill-server').catch(() => {});
  }

  async #look(): Promise<string> {
    const format = '#{session_name} #{pane_id} #{pane_pid} #{pane_dead} #{pane_width}';
    return await this.#tmux('list-panes', '-a', '-F', format);
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('tmux', ['-S', this.#socket, ...args]);
    return stdout;
  }
}
