import { expect, test } from 'vitest';
import { jobDetailView } from '../../src/contract/index.ts';
import { main, Program } from './cli-program.ts';
import { Terminal } from './terminal.ts';

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
  const asking = await terminal.until(/job answer qst_\w+ ANSWER\s+with allow, deny/);
  expect(asking).toMatch(/The agent demo asks: \S+/);
  const id = /job answer (?<id>qst_\w+)/.exec(asking)?.groups?.['id'] ?? '';

  await using second = await Program.open();
  await using person = await Terminal.open(second);
  await person.type(`${command} job answer ${id} allow --data-dir ${program.dataDir}`);
  expect(await terminal.until(/code=\d/)).toContain('code=0');
});
