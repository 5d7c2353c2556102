import { useQuery } from '@tanstack/react-query';
import type { ExecutionView, StepView } from '../../../../src/contract/index.ts';
import { MOST_STEP_LINES, useStepLogQuery } from '../../api/sites.ts';
import { TextLines } from '../../ui/text-lines.tsx';

interface StepLogProps {
  readonly execution: ExecutionView;
  readonly step: StepView;
}

/** What the step did, line by line, as it does it. */
export function StepLog({ execution, step }: StepLogProps) {
  const isRunning = step.status === 'running';
  const { data, error } = useQuery(
    useStepLogQuery({
      sessionId: execution.session_id,
      executionId: execution.execution_id,
      step: step.step,
      isRunning,
    }),
  );
  const lines = data?.lines ?? [];
  return (
    <section aria-label="What it did">
      <h3 className="mb-1 font-semibold">Log</h3>
      {error === null ? null : <p role="alert">{error.message}</p>}
      {lines.length === 0 ? (
        <p className="text-muted">{data === undefined ? 'Reading…' : 'Nothing yet.'}</p>
      ) : (
        <TextLines
          label="Log of the step"
          className="max-h-[45dvh]"
          lines={lines.map(({ number, at, text }) => ({ key: String(number), at, text }))}
        />
      )}
      {lines.length < MOST_STEP_LINES ? null : (
        <p className="mt-1 text-sm text-muted">
          Only the last {MOST_STEP_LINES.toLocaleString('en')} lines are shown.
        </p>
      )}
    </section>
  );
}
