import { Link } from '@tanstack/react-router';
import type { JobView } from '../../../src/contract/index.ts';
import { useRetryJobs } from '../api/jobs-actions.ts';
import { useDismiss } from '../api/needs-you.ts';
import { useCanAct } from '../state/connection.ts';
import { useKeys } from '../state/keys.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Key } from '../ui/key.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { advice } from '../ui/advice.ts';

interface FailedJobsProps {
  readonly jobs: readonly JobView[];
  /** Failed jobs in all; `jobs` has the newest. */
  readonly count: number;
  readonly names: ReadonlyMap<string, string>;
  readonly canSteer: boolean;
  readonly currentId: string | undefined;
  readonly onCurrent: (jobId: string) => void;
}

export function FailedJobs({
  jobs,
  count,
  names,
  canSteer,
  currentId,
  onCurrent,
}: FailedJobsProps) {
  const retry = useRetryJobs();
  const dismiss = useDismiss();
  const ids = jobs.map(({ job_id: id }) => id);
  return (
    <section aria-label="Failed jobs" className="rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <h2 className="mr-auto font-semibold">
          Failed jobs <span className="text-muted tabular-nums">{count.toLocaleString('en')}</span>
        </h2>
        {canSteer && jobs.length > 1 ? (
          <>
            <ActionButton
              title="A retry cannot be undone; a job that runs can be cancelled"
              onClick={() => retry.mutate({ job_ids: ids })}
            >
              Retry these {jobs.length}
            </ActionButton>
            <ActionButton kind="quiet" onClick={() => dismiss(ids)}>
              Dismiss these {jobs.length}
            </ActionButton>
          </>
        ) : null}
      </header>
      <ul>
        {jobs.map((job) => (
          <FailedJob
            key={job.job_id}
            job={job}
            sessionName={names.get(job.session_id)}
            canSteer={canSteer}
            isCurrent={currentId === job.job_id}
            onCurrent={onCurrent}
            onRetry={() => retry.mutate({ job_ids: [job.job_id] })}
            onDismiss={() => dismiss([job.job_id])}
          />
        ))}
      </ul>
      {count > jobs.length ? (
        <Link
          to="/jobs"
          search={{ status: ['failed'] }}
          className="block border-t border-line px-3 py-2 font-semibold text-accent"
        >
          All failed jobs
        </Link>
      ) : null}
    </section>
  );
}

interface FailedJobProps {
  readonly job: JobView;
  readonly sessionName: string | undefined;
  readonly canSteer: boolean;
  readonly isCurrent: boolean;
  readonly onCurrent: (jobId: string) => void;
  readonly onRetry: () => void;
  readonly onDismiss: () => void;
}

function FailedJob(props: FailedJobProps) {
  const { job, sessionName, canSteer, isCurrent, onCurrent, onRetry, onDismiss } = props;
  const canAct = useCanAct() && canSteer;
  useKeys({ r: onRetry, e: onDismiss }, isCurrent && canAct);
  return (
    <li
      data-card={job.job_id}
      tabIndex={-1}
      className={`border-b border-l-2 border-b-line px-3 py-2 last:border-b-0 ${isCurrent ? 'border-l-failed' : 'border-l-transparent'}`}
      onFocus={() => onCurrent(job.job_id)}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateBadge state={job.status} />
        <Link
          to="/jobs/$jobId"
          params={{ jobId: job.job_id }}
          className="max-w-full min-w-0 truncate font-semibold hover:underline"
        >
          {job.title}
        </Link>
        <span className="text-sm text-muted">
          {job.agent} · {sessionName ?? job.session_id}
        </span>
        <span className="ml-auto text-sm text-muted">
          <RelativeTime at={job.settled_at} />
        </span>
      </div>
      <div className="mt-1 flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-1 basis-60">
          {job.error === null ? null : (
            <>
              <p className="break-words">
                <span className="mr-2 font-mono text-sm text-failed">{job.error.code}</span>
                {job.error.message}
              </p>
              {job.error.todo === null ? null : (
                <p className="break-words text-muted">{advice(job.error.todo)}</p>
              )}
            </>
          )}
        </div>
        <Link
          to="/recordings/$jobId/$attempt"
          params={{ jobId: job.job_id, attempt: String(Math.max(1, job.attempts)) }}
          className="inline-flex min-h-8 items-center rounded-md px-3 text-sm font-medium hover:bg-raised"
        >
          Recording
        </Link>
        {canSteer ? (
          <span className="flex gap-1">
            <ActionButton
              title="A retry cannot be undone; a job that runs can be cancelled"
              onClick={onRetry}
            >
              Retry{isCurrent ? <Key>r</Key> : null}
            </ActionButton>
            <ActionButton kind="quiet" onClick={onDismiss}>
              Dismiss{isCurrent ? <Key>e</Key> : null}
            </ActionButton>
          </span>
        ) : null}
      </div>
    </li>
  );
}
