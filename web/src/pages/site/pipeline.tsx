import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import type { ExecutionView, SiteStepName, StepView } from '../../../../src/contract/index.ts';
import { useNeedsYou } from '../../api/needs-you.ts';
import { executionsQuery } from '../../api/sites.ts';
import { useKeys } from '../../state/keys.ts';
import { advice } from '../../ui/advice.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { QuestionCard } from '../needs-you-question.tsx';
import type { SitePartProps } from '../site.tsx';
import { StepDetails } from './step-details.tsx';
import { executionTitles, stepTitles } from './step-words.ts';
import { Waterfall } from './waterfall.tsx';
import { whyNotChange } from './why-not-change.ts';

/** The nine steps of an execution at the left, one of them at the right. */
export function Pipeline({ site, whyNot }: SitePartProps) {
  const { session_id: sessionId } = site;
  const { execution: chosen, step } = useSearch({ from: '/shell/sites/$sessionId' });
  const navigate = useNavigate({ from: '/sites/$sessionId' });
  const { data: executions = [site.execution] } = useQuery(executionsQuery(sessionId));
  const newest = site.execution;
  const execution =
    chosen === undefined || chosen === newest.execution_id
      ? newest
      : executions.find(({ execution_id: id }) => id === chosen);
  const details = useRef<HTMLDivElement>(null);
  const choose = (name: SiteStepName): void => {
    void navigate({ search: (before) => ({ ...before, step: name }), replace: true });
    // On a phone they stand below the steps.
    details.current?.scrollIntoView({ block: 'nearest' });
  };
  const steps = execution?.steps ?? [];
  const shown = steps.find((one) => one.step === step) ?? currentStep(execution);
  const move = (by: number): void => {
    const next = steps.find(({ number }) => number === (shown?.number ?? 1) + by);
    if (next !== undefined) choose(next.step);
  };
  useKeys({ j: () => move(1), k: () => move(-1) }, steps.length > 0);
  return (
    <div className="space-y-3 p-3 md:p-4">
      <Questions sessionId={sessionId} name={site.name} whyNot={whyNot} />
      <Chooser
        executions={executions}
        current={execution ?? newest}
        onChoose={(id) => void navigate({ search: { execution: id } })}
      />
      {execution === undefined || shown === undefined ? (
        <p className="text-muted">There is no such execution.</p>
      ) : (
        <>
          <Problem execution={execution} shown={shown} onChoose={choose} />
          <div className="grid gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
            <Waterfall execution={execution} current={shown.step} onChoose={choose} />
            <div ref={details} className="min-h-[50dvh] min-w-0 lg:min-h-0">
              <StepDetails
                key={`${execution.execution_id} ${shown.step}`}
                execution={execution}
                step={shown}
                isNewest={execution.execution_id === newest.execution_id}
                whyNot={whyNot ?? whyNotChange(site)}
              />
            </div>
          </div>
        </>
      )}
    </div>
  );
}

/** Where it is, or what it ended with. */
function currentStep(execution: ExecutionView | undefined) {
  if (execution === undefined) return undefined;
  const { steps, current_step: name } = execution;
  return steps.find(({ step }) => step === name) ?? steps.at(-1);
}

interface ChooserProps {
  readonly executions: readonly ExecutionView[];
  readonly current: ExecutionView;
  readonly onChoose: (executionId: string) => void;
}

/** What the execution is, and the others of this site. */
function Chooser({ executions, current, onChoose }: ChooserProps) {
  const { kind, status, fix_rounds: rounds } = current;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      {executions.length < 2 ? (
        <h2 className="font-semibold">{executionTitles[kind]}</h2>
      ) : (
        <select
          aria-label="Execution"
          className="min-h-8 max-w-full min-w-0 rounded-md border border-line bg-surface px-2"
          value={current.execution_id}
          onChange={({ target }) => onChoose(target.value)}
        >
          {executions.map((one, index) => (
            <option key={one.execution_id} value={one.execution_id}>
              {executionTitles[one.kind]} {executions.length - index}, {one.status},{' '}
              {new Date(one.created_at).toLocaleString()}
            </option>
          ))}
        </select>
      )}
      <StateBadge state={status} />
      <span className="text-sm text-muted tabular-nums">{current.progress} %</span>
      {rounds === 0 ? null : (
        <span className="text-sm text-muted">
          {rounds === 1 ? '1 repair' : `${rounds} repairs`} by the agent
        </span>
      )}
      <span className="text-sm text-muted">
        <RelativeTime at={current.ended_at ?? current.started_at ?? current.created_at} />
      </span>
    </div>
  );
}

interface ProblemProps {
  readonly execution: ExecutionView;
  readonly shown: StepView;
  readonly onChoose: (step: SiteStepName) => void;
}

/** Why it ended, where the step that is shown does not say so. */
function Problem({ execution: { error, steps }, shown, onChoose }: ProblemProps) {
  if (error === null || shown.error !== null) return null;
  const failed = steps.find((step) => step.error !== null);
  return (
    <p role="alert" className="rounded-md border border-failed p-3 break-words">
      <span className="mr-2 font-mono text-failed">{error.code}</span>
      {error.message} {error.todo === null ? '' : advice(error.todo)}
      {failed === undefined ? null : (
        <button
          type="button"
          className="ml-2 min-h-8 font-semibold text-accent"
          onClick={() => onChoose(failed.step)}
        >
          Show {stepTitles[failed.step]}
        </button>
      )}
    </p>
  );
}

interface QuestionsProps {
  readonly sessionId: string;
  readonly name: string;
  readonly whyNot: string | undefined;
}

/** What the site's agent asks while it does a step. */
function Questions({ sessionId, name, whyNot }: QuestionsProps) {
  const { needs } = useNeedsYou();
  const questions = needs?.questions.filter(({ session_id: id }) => id === sessionId) ?? [];
  return questions.map((question, index) => (
    <QuestionCard
      key={question.question_id}
      question={question}
      sessionName={name}
      agent={undefined}
      whyNot={whyNot}
      isCurrent={index === 0}
    />
  ));
}
