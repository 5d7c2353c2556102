import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newExecution } from './create-site.ts';
import { executionKinds, type StepName, stepNames } from './execution.ts';
import * as state from './execution-state.ts';

type Execution = state.StoredExecution;

const error = { code: 'check.failed', message: 'no heading', todo: undefined };
const fix = { step: 'health_check', problems: ['no heading'], error } as const;

/** Everything that can happen to an execution; what may not happen now throws or changes nothing. */
const moves = {
  begin: (one: Execution) => (state.isOpen(one) ? state.begin(one, 1) : one),
  beginNext: (one: Execution) => (one.status === 'running' ? state.beginNext(one, 2) : one),
  succeedStep: (one: Execution) =>
    onRunning(one, (n) => state.endStep(one, n, { summary: 's' }, 3)),
  failStep: (one: Execution) => onRunning(one, (n) => state.failStep(one, n, error, 3)),
  askFix: (one: Execution) =>
    one.fix === undefined && state.mayAskFix(one, 2)
      ? onRunning(one, () => state.askFix(one, fix))
      : one,
  endFix: (one: Execution) => (one.fix === undefined ? one : state.endFix(one)),
  end: (one: Execution) =>
    one.status === 'running' && state.nextStep(one).kind === 'done' ? state.succeed(one, 4) : one,
  cancel: (one: Execution) => (state.isOpen(one) ? state.cancel(one, 5) : one),
  retry: (one: Execution, step: StepName) => state.retryStep(one, step),
  skip: (one: Execution, step: StepName) => state.skipStep(one, step, 6),
  rerun: (one: Execution, step: StepName) => state.rerunFrom(one, step),
};
type Move = keyof typeof moves;
const moveNames: readonly Move[] = [
  'begin',
  'beginNext',
  'succeedStep',
  'failStep',
  'askFix',
  'endFix',
  'end',
  'cancel',
  'retry',
  'skip',
  'rerun',
];

function onRunning(one: Execution, change: (number: number) => Execution): Execution {
  const running = one.steps.find(({ status }) => status === 'running');
  return one.status !== 'running' || running === undefined ? one : change(running.number);
}

function tryMove(one: Execution, move: Move, step: StepName): Execution {
  try {
    return moves[move](one, step);
  } catch (refused) {
    expect(refused).toMatchObject({
      code: expect.stringMatching(/^execution\.(not-ended|wrong-step|not-skippable)$/),
    });
    return one;
  }
}

function check(one: Execution): void {
  const statuses = one.steps.map(({ status }) => status);
  const running = statuses.filter((status) => status === 'running');
  expect(running.length).toBeLessThanOrEqual(one.status === 'running' ? 1 : 0);
  expect(one.steps.map(({ name }) => name)).toEqual(stepNames);
  // What is done comes before what runs or failed; only checks may be skipped ahead.
  const current = state.nextStep(one);
  const index = current.kind === 'done' ? 9 : current.step.number - 1;
  for (const status of statuses.slice(0, index)) expect(['succeeded', 'skipped']).toContain(status);
  for (const status of statuses.slice(index + 1)) expect(['pending', 'skipped']).toContain(status);
  if (one.status === 'succeeded') expect(current.kind).toBe('done');
  if (one.status === 'failed') expect(current.kind).toBe('stuck');
  if (one.status === 'running') expect(current.kind).not.toBe('stuck');
  expect(one.fixRounds).toBeLessThanOrEqual(2);
}

test('however it is moved, steps are done in their order and one at a time', () => {
  const someMove = fc.tuple(fc.constantFrom(...moveNames), fc.constantFrom(...stepNames));
  fc.assert(
    fc.property(
      fc.constantFrom(...executionKinds),
      fc.array(someMove, { maxLength: 60 }),
      (kind, path) => {
        let one = newExecution({ id: 'exe', sessionId: 'ses', kind, now: 0 });
        for (const [move, step] of path) {
          one = tryMove(one, move, step);
          check(one);
        }
      },
    ),
    { numRuns: 500, seed: 5 },
  );
});

test('an execution that nobody stops ends succeeded, each step begun once', () => {
  let one = state.begin(newExecution({ id: 'exe', sessionId: 'ses', kind: 'create', now: 0 }), 1);
  while (state.nextStep(one).kind !== 'done') {
    one = state.beginNext(one, 2);
    one = onRunning(one, (number) => state.endStep(one, number, { summary: 's' }, 3));
  }

  expect(state.succeed(one, 4).status).toBe('succeeded');
  expect(one.steps.map(({ attempts }) => attempts)).toEqual(stepNames.map(() => 1));
});

test('a fix begins the deployment again and leaves what was written alone', () => {
  let one = state.begin(newExecution({ id: 'exe', sessionId: 'ses', kind: 'redeploy', now: 0 }), 1);
  for (const _step of ['deploy', 'health_check']) {
    one = state.beginNext(one, 2);
    if (state.nextStep(one).kind === 'go-on' && one.steps[5]?.status === 'running')
      one = state.endStep(one, 6, { summary: 's' }, 3);
  }
  one = state.endFix(state.askFix(one, fix));

  expect(one.steps.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 5 }, () => 'skipped'),
    ...Array.from({ length: 4 }, () => 'pending'),
  ]);
  expect(one).toMatchObject({ fixRounds: 1, fix: undefined });
});

test('a fix leaves a check out that was skipped by hand', () => {
  let one = state.begin(newExecution({ id: 'exe', sessionId: 'ses', kind: 'create', now: 0 }), 1);
  one = state.skipStep(one, 'screenshot', 2);
  one = state.endFix(state.askFix(one, fix));

  expect(one.steps[7]?.status).toBe('skipped');
});

test('a rollback is not given back to the agent', () => {
  const one = newExecution({ id: 'exe', sessionId: 'ses', kind: 'rollback', now: 0 });

  expect(state.mayAskFix(one, 2)).toBe(false);
  expect(state.mayAskFix({ ...one, kind: 'redeploy' }, 2)).toBe(true);
});
