import type { ExecutionView, StepView } from '../../../../src/contract/index.ts';

export interface StepBar {
  readonly step: StepView;
  /** How long its last attempt took, or takes, in ms; undefined for a step that was not begun. */
  readonly lengthMs: number | undefined;
  /** Where its bar begins and how long it is, in per cent of the whole. */
  readonly from: number;
  readonly width: number;
  /** It goes on. */
  readonly isOpen: boolean;
}

export interface StepWaterfall {
  readonly bars: readonly StepBar[];
  /** What all steps took together, in ms. */
  readonly totalMs: number;
}

/**
 * Lay the steps out one behind the other by the time that each took. Time between steps is left
 * out: a step that was done again a day later would press the others to nothing.
 */
export function layOutSteps({ steps }: Pick<ExecutionView, 'steps'>, now: number): StepWaterfall {
  const lengths = steps.map((step) => lengthOf(step, now));
  const totalMs = lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0);
  const share = (ms: number): number => (totalMs === 0 ? 0 : (ms / totalMs) * 100);
  let before = 0;
  const bars = steps.map((step, index): StepBar => {
    const lengthMs = lengths[index];
    const from = share(before);
    before += lengthMs ?? 0;
    const isOpen = step.status === 'running';
    return { step, lengthMs, from, width: share(lengthMs ?? 0), isOpen };
  });
  return { bars, totalMs };
}

function lengthOf({ started_at: from, ended_at: to }: StepView, now: number): number | undefined {
  if (from === null) return undefined;
  return Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from));
}
