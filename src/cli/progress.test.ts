import { expect, test } from 'vitest';
import { FakeClock } from '../base/index.ts';
import { FakeStream } from './fake-stream.ts';
import { Printer } from './printer.ts';
import { Progress } from './progress.ts';
import { textWidth } from './text-width.ts';

const job = { id: 'job_1', agent: 'demo', maxAttempts: 3 };

test('shows one line that changes on a terminal, and leaves nothing of it', async () => {
  const { progress, clock, stderr, tell } = start({ isTTY: true });
  tell('attempt.busy', { attempt: 1 });
  await clock.advance(2_000);
  expect(stderr.screen).toHaveLength(1);
  expect(stderr.screen[0]).toMatch(/^. 2s {2}demo: working {2}job_1$/);
  progress[Symbol.dispose]();
  expect(stderr.screen).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('prints one plain line a step where there is no terminal', async () => {
  const { clock, stderr, tell } = start({ isTTY: false });
  tell('attempt.started', { attempt: 1 });
  tell('attempt.ready', { attempt: 1 });
  tell('attempt.busy', { attempt: 1 });
  await clock.advance(60_000);
  tell('job.requeued', { run_at: 1_000, error_code: 'job.agent-lost' }, 0);
  tell('attempt.started', { attempt: 2 });
  expect(stderr.text).toBe(
    'job_1 demo: starting\n' +
      'job_1 demo: working\n' +
      'job_1 demo: failed (job.agent-lost), tried again in 1s\n' +
      'job_1 demo: starting (attempt 2 of 3)\n',
  );
});

test('a question of the agent stays on the screen with the way to answer it', async () => {
  const { clock, stderr, tell } = start({ isTTY: true });
  const question = 'Bash: rm -rf\u001b[2J build';
  tell('attempt.asking', { question_id: 'qst_1', question, answers: 'allow, deny' });
  await clock.advance(100);
  expect(stderr.screen.slice(0, 3)).toEqual([
    'The agent demo asks: Bash: rm -rf [2J build',
    '  -> Answer it: tmux-builder job answer qst_1 ANSWER',
    '     with allow, deny',
  ]);
  expect(stderr.screen[3]).toContain('asks: Bash');
});

test('where something has to be typed, the way is to the terminal', async () => {
  const { clock, stderr, tell } = start({ isTTY: true });
  tell('attempt.asking', { question_id: 'qst_1', question: 'Paste the code', answers: '' });
  await clock.advance(100);
  expect(stderr.screen[1]).toBe('  -> Answer it: tmux-builder job attach job_1 --write');
});

test('never draws past the last column', async () => {
  const { clock, stderr, tell } = start({ isTTY: true, columns: 30 });
  tell('attempt.asking', { attempt: 1, question: '漢字'.repeat(40) });
  await clock.advance(100);
  expect(textWidth(stderr.screen.at(-1) ?? '')).toBeLessThan(30);
  expect(stderr.screen.at(-1)?.endsWith('…')).toBe(true);
});

test('is silent where it was asked to be', async () => {
  const { progress, clock, stderr, tell } = start({ isTTY: true, quiet: true });
  tell('attempt.busy', { attempt: 1 });
  await clock.advance(1_000);
  progress[Symbol.dispose]();
  expect(stderr.text).toBe('');
});

interface Setting {
  readonly isTTY: boolean;
  readonly columns?: number;
  readonly quiet?: boolean;
}

function start({ isTTY, columns, quiet = false }: Setting) {
  const stderr = new FakeStream(isTTY, columns);
  const clock = new FakeClock();
  const printer = new Printer({
    stdout: new FakeStream(false),
    stderr,
    json: false,
    quiet,
    verbose: false,
    hasColor: false,
    canRedraw: true,
  });
  const progress = new Progress(printer, clock, job);
  let sequence = 0;
  const tell = (kind: string, data: Record<string, unknown>, at = clock.now()): void => {
    progress.onEvent({ stream: job.id, sequence: (sequence += 1), kind, at, data });
  };
  return { progress, clock, stderr, tell };
}
