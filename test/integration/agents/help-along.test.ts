import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { within } from './bench.ts';
import { Conversation } from './conversation-bench.ts';
import { noted, soon } from './demo-bench.ts';

const run = promisify(execFile);

const answer = async ({ request }: Conversation): Promise<string> =>
  await readFile(request.exchange.outputPath, 'utf8');

test.each(['one-shot', 'persistent'] as const)(
  'reminds a %s agent that forgot its answer, and it gives it',
  async (mode) => {
    await using talk = await Conversation.open({ forget: true, onlyTurn: 1 }, { mode });
    expect(await talk.work()).toEqual({ kind: 'finished', steps: ['nudged'] });
    expect(await answer(talk)).toContain('hello from the test');
    const submits = await noted(talk.request, 'submit');
    expect(submits.map(({ text = '' }) => text.split('.')[0])).toEqual([
      expect.stringMatching(/^Read the file/),
      'Your answer is missing',
    ]);
  },
);

test('reminds it once only', async () => {
  await using talk = await Conversation.open({ forget: true });
  expect(await talk.work()).toEqual({ kind: 'finished', steps: ['nudged'] });
  expect(await noted(talk.request, 'submit')).toHaveLength(2);
  await expect(answer(talk)).rejects.toThrow('ENOENT');
});

test('interrupts an agent without a sign of life and reminds it of its answer', async () => {
  await using talk = await Conversation.open(
    { hang: true, silent: true, onlyTurn: 1 },
    { stallMs: 1_000 },
  );
  expect(await talk.work()).toEqual({
    kind: 'finished',
    steps: ['stalled', 'interrupted', 'nudged'],
  });
  expect(await answer(talk)).toContain('hello from the test');
});

test('gives up an agent that stalls for good', async () => {
  await using talk = await Conversation.open({ hang: true, silent: true }, { stallMs: 1_000 });
  await expect(talk.work()).rejects.toMatchObject({ code: 'agent.stalled' });
  expect(await noted(talk.request, 'interrupted')).toHaveLength(1);
});

test('takes a spinner for a sign of life: the time limit is for that', async () => {
  await using talk = await Conversation.open({ hang: true }, { stallMs: 1_000 });
  await talk.handOver();
  await expect(talk.agent.untilDone(within(4_000, 'its time limit'))).rejects.toThrow(
    'its time limit',
  );
  expect(await noted(talk.request, 'interrupted')).toEqual([]);
});

test('leaves an agent alone to which somebody is attached, and helps it when he has gone', async () => {
  await using talk = await Conversation.open(
    { hang: true, silent: true, onlyTurn: 1 },
    { stallMs: 1_000 },
  );
  await talk.handOver();
  // A terminal of its own in which somebody attaches.
  const { socketPath } = talk.request;
  const outer = join(talk.request.homeDir, 'outer');
  const inner = ['env', '-u', 'TMUX', 'tmux', '-S', socketPath, 'attach-session'];
  await run('tmux', ['-f', '/dev/null', '-S', outer, 'new-session', '-d', ...inner]);
  try {
    await expect.poll(async () => await clients(socketPath), { timeout: 10_000 }).toContain('0');
    const steps: string[] = [];
    const onStep = ({ kind }: { readonly kind: string }): void => void steps.push(kind);
    const done = talk.agent.untilDone(soon('done'), onStep);
    await expect(talk.agent.untilDone(within(4_000, 'him'))).rejects.toThrow('him');
    expect(steps).toEqual([]);
    await run('tmux', ['-S', outer, 'kill-server']);
    expect((await done).kind).toBe('finished');
    expect(steps).toEqual(['stalled', 'interrupted', 'nudged']);
  } finally {
    await run('tmux', ['-S', outer, 'kill-server']).catch(() => {});
  }
});

async function clients(socketPath: string): Promise<readonly string[]> {
  const args = ['-S', socketPath, 'list-clients', '-F', '#{client_control_mode}'];
  return (await run('tmux', args)).stdout.split('\n');
}
