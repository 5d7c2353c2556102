import { expect, test } from 'vitest';
import type { SiteStepName, StepView } from '../../../../src/contract/index.ts';
import { layOutSteps } from './lay-out-steps.ts';

const at = (second: number): string => new Date(second * 1_000).toISOString();

function step(name: SiteStepName, from: number | null, to: number | null): StepView {
  return {
    step: name,
    number: 1,
    status: from === null ? 'pending' : to === null ? 'running' : 'succeeded',
    attempts: 1,
    summary: null,
    error: null,
    artefacts: [],
    job_ids: [],
    started_at: from === null ? null : at(from),
    ended_at: to === null ? null : at(to),
  };
}

test('steps lie one behind the other, each as long as it took', () => {
  const steps = [step('deploy', 10, 16), step('health_check', 16, 18), step('screenshot', 18, 20)];
  const { bars, totalMs } = layOutSteps({ steps }, 0);
  expect(totalMs).toBe(10_000);
  expect(bars.map(({ from, width }) => [from, width])).toEqual([
    [0, 60],
    [60, 20],
    [80, 20],
  ]);
});

test('the time between steps takes no room', () => {
  const steps = [step('deploy', 0, 1), step('health_check', 86_400, 86_401)];
  expect(layOutSteps({ steps }, 0).bars.map(({ width }) => width)).toEqual([50, 50]);
});

test('a step that runs reaches to now, and one that waits has no length', () => {
  const steps = [step('deploy', 5, null), step('health_check', null, null)];
  const [running, waiting] = layOutSteps({ steps }, 8_000).bars;
  expect(running).toMatchObject({ lengthMs: 3_000, width: 100, isOpen: true });
  expect(waiting).toMatchObject({ lengthMs: undefined, width: 0, isOpen: false });
});

test('nothing has a width before anything began', () => {
  const { bars, totalMs } = layOutSteps({ steps: [step('deploy', null, null)] }, 5);
  expect({ totalMs, bars: bars.map(({ from, width }) => [from, width]) }).toEqual({
    totalMs: 0,
    bars: [[0, 0]],
  });
});
