import { Link } from '@tanstack/react-router';
import type { ErrorView, ExecutionView, StepView } from '../../../../src/contract/index.ts';
import { type StepAction, useStepAction } from '../../api/sites-actions.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { advice } from '../../ui/advice.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Artefacts } from './artefacts.tsx';
import { stepActions } from './step-actions.ts';
import { StepLog } from './step-log.tsx';
import { stepPurposes, stepTitles } from './step-words.ts';

interface StepDetailsProps {
  readonly execution: ExecutionView;
  readonly step: StepView;
  /** Of its site: only the newest can be gone on with. */
  readonly isNewest: boolean;
  readonly whyNot: string | undefined;
}

/** What a step did, what it left, and what can be done about it. */
export function StepDetails({ execution, step, isNewest, whyNot }: StepDetailsProps) {
  return (
    <section aria-label={stepTitles[step.step]} className="min-w-0 space-y-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">
          {step.number}. {stepTitles[step.step]}
        </h2>
        <StateBadge state={step.status} />
        <span className="text-sm text-muted">
          {step.attempts > 1 ? `attempt ${step.attempts}, ` : ''}
          <RelativeTime at={step.ended_at ?? step.started_at} />
        </span>
        {isNewest ? <Actions execution={execution} step={step} whyNot={whyNot} /> : null}
      </header>
      <p className="break-words">
        {step.summary ?? <span className="text-muted">{stepPurposes[step.step]}</span>}
      </p>
      {step.error === null ? null : <StepProblem error={step.error} />}
      <Artefacts sessionId={execution.session_id} artefacts={step.artefacts} />
      <Jobs ids={step.job_ids} />
      <StepLog execution={execution} step={step} />
    </section>
  );
}

const actions: Readonly<Record<StepAction, { readonly label: string; readonly title: string }>> = {
  retry: { label: 'Retry', title: 'Begin this step once more, and go on from there' },
  skip: { label: 'Skip', title: 'Go on without this check' },
  rerun: { label: 'Rerun from here', title: 'Do this step and all after it again' },
};

type ActionsProps = Omit<StepDetailsProps, 'isNewest'>;

function Actions({ execution, step, whyNot }: ActionsProps) {
  const { mutate, isPending } = useStepAction(execution.session_id);
  return (
    <span className="ml-auto flex flex-wrap gap-2">
      {stepActions(execution, step).map((action) => (
        <ActionButton
          key={action}
          kind={action === 'retry' ? 'primary' : 'plain'}
          title={actions[action].title}
          blocked={whyNot}
          disabled={isPending}
          onClick={() => mutate({ action, executionId: execution.execution_id, step: step.step })}
        >
          {actions[action].label}
        </ActionButton>
      ))}
    </span>
  );
}

function StepProblem({ error }: { readonly error: ErrorView }) {
  return (
    <div role="alert" className="rounded-md border border-failed p-3">
      <p className="break-words whitespace-pre-wrap">
        <span className="mr-2 font-mono text-failed">{error.code}</span>
        {error.message}
      </p>
      {error.todo === null ? null : <p className="mt-1 break-words">{advice(error.todo)}</p>}
    </div>
  );
}

/** What the agent was asked for this step. */
function Jobs({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-sm">
      <span className="text-muted">
        {ids.length === 1 ? 'Job of the agent:' : 'Jobs of the agent:'}
      </span>
      {ids.map((id) => (
        <Link
          key={id}
          to="/jobs/$jobId"
          params={{ jobId: id }}
          className="inline-flex min-h-8 items-center font-mono text-accent hover:underline"
        >
          {id}
        </Link>
      ))}
    </p>
  );
}
