import type { ExecutionView, StepView } from '../../../../src/contract/index.ts';
import type { StepAction } from '../../api/sites-actions.ts';

const checks: readonly string[] = ['health_check', 'screenshot', 'e2e_tests'];
/** Of executions that publish what is there already. */
const FIRST_OF_DEPLOYMENT = 6;

/** What may be done with a step now, in the order of its buttons; the server decides at last. */
export function stepActions(
  { kind, status, steps }: Pick<ExecutionView, 'kind' | 'status' | 'steps'>,
  step: StepView,
): readonly StepAction[] {
  const isOpen = status === 'queued' || status === 'running';
  const isPart = kind === 'create' || step.number >= FIRST_OF_DEPLOYMENT;
  const isReached = steps.every((one) => one.number >= step.number || isDone(one));
  const isUndone = step.status === 'failed' || step.status === 'pending';
  return [
    ...(step.status === 'failed' && !isOpen ? (['retry'] as const) : []),
    ...(checks.includes(step.step) && isUndone ? (['skip'] as const) : []),
    ...(!isOpen && isPart && isReached ? (['rerun'] as const) : []),
  ];
}

function isDone({ status }: StepView): boolean {
  return status === 'succeeded' || status === 'skipped';
}
