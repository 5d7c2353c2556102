import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { jobDetailView } from '../../src/contract/index.ts';
import { main, Program } from './cli-program.ts';

const execute = promisify(execFile);

/** A real terminal of 100 columns in a private tmux server, with a shell in it. */
class Terminal implements AsyncDisposable {
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux('kill-server');
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    return (await execute('tmux', ['-u', '-S', this.#socket, ...args])).stdout;
  }
}

const command = `${process.execPath} ${main}`;

test('shows one line that changes on a terminal, and takes it away at the end', async () => {
  await using program = await Program.open({ workDelayMs: 1_500 });
  await using terminal = await Terminal.open(program);
  await terminal.type(`${command} run 'Say hello'; echo "code=$?"`);
  const during = await terminal.until(/demo: working/);
  expect(during.match(/job_\w+/g)).toHaveLength(1);
  const after = await terminal.until(/code=0/);
  expect(after).not.toContain('demo: ');
  expect(after).toContain('Hello!');
  expect(after).toMatch(/demo answered after .*output\/job_\w+\.md/s);
});

test('Ctrl-C cancels the job and waits for its end', async () => {
  await using program = await Program.open({ hang: true });
  await using terminal = await Terminal.open(program);
  await terminal.type(`${command} run 'Say hello'; echo "code=$?"`);
  await terminal.until(/demo: working/);
  await terminal.press('C-c');
  const after = await terminal.until(/code=130/);
  const id = /Cancelling (?<id>job_\w+)/.exec(after)?.groups?.['id'] ?? '';
  expect((await program.json(jobDetailView, ['job', 'show', id])).status).toBe('cancelled');
});

test('a second Ctrl-C leaves at once and says how to go on', async () => {
  // An agent that ignores every request to end keeps the first Ctrl-C waiting.
  await using program = await Program.open({
    hang: true,
    ignore: ['SIGTERM', 'SIGHUP', 'SIGINT'],
  });
  await using terminal = await Terminal.open(program);
  await terminal.type(`${command} run 'Say hello'; echo "code=$?"`);
  await terminal.until(/demo: working/);
  await terminal.press('C-c');
  await terminal.until(/Cancelling job_/);
  await terminal.press('C-c');
  const after = await terminal.until(/code=130/);
  const id = /Left (?<id>job_\w+)/.exec(after)?.groups?.['id'] ?? '';
  expect(after).toContain(`tmux-builder job cancel ${id}`);
  expect((await program.run(['job', 'cancel', id])).code).toBe(0);
});

test('tells what the agent asks, and lets a person answer it', async () => {
  await using program = await Program.open({ permission: true });
  await using terminal = await Terminal.open(program);
  await terminal.type(`${command} run 'Say hello'; echo "code=$?"`);
  const asking = await terminal.until(/job attach job_\w+ --write/);
  expect(asking).toMatch(/The agent demo asks: \S+/);
  const id = /attach (?<id>job_\w+)/.exec(asking)?.groups?.['id'] ?? '';

  await using second = await Program.open();
  await using person = await Terminal.open(second);
  await person.type(`${command} job attach ${id} --write --data-dir ${program.dataDir}`);
  await person.until(/demo agent/);
  await person.press('Enter');
  expect(await terminal.until(/code=\d/)).toContain('code=0');
});
