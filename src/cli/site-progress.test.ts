import { expect, test } from 'vitest';
import { FakeClock } from '../base/index.ts';
import { siteStepNames } from '../contract/index.ts';
import { FakeStream } from './fake-stream.ts';
import { Printer } from './printer.ts';
import { SiteProgress } from './site-progress.ts';
import { siteSteps } from './site-steps.ts';

test('has the steps of the contract', () => {
  expect(siteSteps).toEqual(siteStepNames);
});

test('keeps a line for each step that ended, and changes the one of the step that runs', async () => {
  const { progress, clock, stderr, tell } = start({ isTTY: true });
  tell('step.started', { step: 'create_plan', attempt: 1 });
  await clock.advance(3_000);
  expect(stderr.screen).toEqual([expect.stringMatching(/^. 4\/9 create_plan {2}3s$/)]);
  tell('step.ended', { step: 'create_plan', status: 'succeeded', summary: '3 pages' });
  tell('step.started', { step: 'generate_code', attempt: 2 });
  expect(stderr.screen).toEqual([
    '✓ 4/9 create_plan  3s  3 pages',
    expect.stringMatching(/^. 5\/9 generate_code \(attempt 2\) {2}0s$/),
  ]);
  progress[Symbol.dispose]();
  expect(stderr.screen).toEqual(['✓ 4/9 create_plan  3s  3 pages']);
  expect(clock.pending).toBe(0);
});

test('prints a plain line for each beginning and end where there is no terminal', async () => {
  const { clock, stderr, tell } = start({ isTTY: false });
  tell('step.started', { step: 'health_check', attempt: 1 });
  await clock.advance(60_000);
  const error = { code: 'check.failed', message: 'It\nanswered 500.', todo: null };
  tell('step.ended', { step: 'health_check', status: 'failed', summary: null, error });
  tell('step.ended', { step: 'screenshot', status: 'skipped', summary: 'no browser' });
  expect(stderr.text).toBe(
    '  7/9 health_check begins\n' +
      '✗ 7/9 health_check  failed  1m  It answered 500.\n' +
      '- 8/9 screenshot  skipped  no browser\n',
  );
});

test('tells what a check found when its agent is asked to mend it', () => {
  const { stderr, tell } = start({ isTTY: false });
  tell('site.fix-asked', { step: 'e2e_tests', round: 1, problems: ['a link is dead', 'other'] });
  expect(stderr.text).toBe(
    '! e2e_tests found: a link is dead (and 1 more). The agent is asked to mend it.\n',
  );
});

test('passes over what it does not know', () => {
  const { stderr, tell } = start({ isTTY: false });
  tell('site.deployed', { url: 'http://127.0.0.1:1/' });
  tell('step.ended', {});
  expect(stderr.text).toBe('- 0/9 \n');
});

function start({ isTTY }: { readonly isTTY: boolean }) {
  const stderr = new FakeStream(isTTY);
  const clock = new FakeClock();
  const printer = new Printer({
    stdout: new FakeStream(false),
    stderr,
    json: false,
    quiet: false,
    verbose: false,
    hasColor: false,
    canRedraw: true,
  });
  const progress = new SiteProgress(printer, clock);
  let sequence = 0;
  const tell = (kind: string, data: Record<string, unknown>): void => {
    progress.onEvent({
      stream: 'ses_1',
      sequence: (sequence += 1),
      kind,
      at: clock.now(),
      data,
    });
  };
  return { progress, clock, stderr, tell };
}
