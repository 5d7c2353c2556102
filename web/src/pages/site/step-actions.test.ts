import { expect, test } from 'vitest';
import {
  siteStepNames,
  type ExecutionView,
  type StepView,
} from '../../../../src/contract/index.ts';
import { stepActions } from './step-actions.ts';

type Execution = Pick<ExecutionView, 'kind' | 'status' | 'steps'>;

/** An execution that is at a step: those before it are done. */
function at(
  name: StepView['step'],
  status: StepView['status'],
  part: Partial<Execution> = {},
): readonly [Execution, StepView] {
  const index = siteStepNames.indexOf(name);
  const steps = siteStepNames.map((one, place): StepView => ({
    step: one,
    number: place + 1,
    status: place < index ? 'succeeded' : place === index ? status : 'pending',
    attempts: 1,
    summary: null,
    error: null,
    artefacts: [],
    job_ids: [],
    started_at: null,
    ended_at: null,
  }));
  const step = steps[index];
  if (step === undefined) throw new Error('no such step');
  return [{ kind: 'create', status: 'failed', steps, ...part }, step];
}

test('a check that failed can be retried, skipped and run again', () => {
  expect(stepActions(...at('health_check', 'failed'))).toEqual(['retry', 'skip', 'rerun']);
});

test('only checks can be skipped', () => {
  expect(stepActions(...at('deploy', 'failed'))).toEqual(['retry', 'rerun']);
});

test('while it runs only checks that wait can be skipped', () => {
  expect(stepActions(...at('deploy', 'running', { status: 'running' }))).toEqual([]);
  expect(stepActions(...at('screenshot', 'pending', { status: 'running' }))).toEqual(['skip']);
});

test('steps that are no part of a redeployment cannot be run again', () => {
  const done = { kind: 'redeploy', status: 'succeeded' } as const;
  expect(stepActions(...at('create_plan', 'succeeded', done))).toEqual([]);
  expect(stepActions(...at('deploy', 'succeeded', done))).toEqual(['rerun']);
});

test('a step behind one that failed cannot be run', () => {
  const [execution] = at('generate_code', 'failed');
  const [deploy] = at('deploy', 'pending').slice(1);
  expect(stepActions(execution, deploy as StepView)).toEqual([]);
});
