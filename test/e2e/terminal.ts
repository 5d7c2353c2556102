import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Program } from './cli-program.ts';

const execute = promisify(execFile);

/** A real terminal of 100 columns and 20 rows in a private tmux server, with a shell in it. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  static async open(program: Program): Promise<Terminal> {
    const terminal = new Terminal(join(program.dir, 'terminal.sock'));
    const env = Object.entries(program.environment).flatMap(([name, value]) => [
      '-e',
      `${name}=${value}`,
    ]);
    await terminal.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      '100',
      '-y',
      '20',
      ...env,
      'sh',
    );
    // What is typed before the shell asks for it is echoed before its prompt, and once more after.
    await terminal.until(/[#$] *$/m);
    return terminal;
  }

  async type(line: string): Promise<void> {
    await this.#tmux('send-keys', '-l', line);
    await this.press('Enter');
  }

  async press(key: string): Promise<void> {
    await this.#tmux('send-keys', key);
  }

  async screen(): Promise<string> {
    return await this.#tmux('capture-pane', '-p', '-J', '-S', '-');
  }

  /** Wait until the screen shows something; what the shell echoes must not match it. */
  async until(pattern: RegExp): Promise<string> {
    for (let tries = 0; ; tries += 1) {
      const screen = await this.screen();
      if (pattern.test(screen)) return screen;
      if (tries > 400) throw new Error(`never saw ${pattern} on:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Press a key again and again until the screen shows something. */
  async pressUntil(key: string, pattern: RegExp): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      await this.press(key);
      const screen = await this.screen();
      if (pattern.test(screen)) return;
      if (tries > 400) throw new Error(`${key} never showed ${pattern} on:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux('kill-server');
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    return (await execute('tmux', ['-u', '-S', this.#socket, ...args])).stdout;
  }
}
