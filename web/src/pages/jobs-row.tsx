import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { JobView } from '../../../src/contract/index.ts';
import { formatLength, RelativeTime, useNow } from '../ui/relative-time.tsx';
import { StateBadge } from '../ui/state-badge.tsx';

interface JobRowProps {
  readonly job: JobView;
  readonly sessionName: string | undefined;
  /** Its agent waits for a person. */
  readonly isAsking: boolean;
  readonly isSelected: boolean;
  /** Left out where nothing may be selected. */
  readonly onPick: ((id: string, isRange: boolean) => void) | undefined;
  readonly onActive: (id: string) => void;
}

/** One job in one line; in two lines on a phone. */
export const JobRow = memo(function JobRow(props: JobRowProps) {
  const { job, sessionName, isAsking, isSelected, onPick, onActive } = props;
  return (
    <div
      className={`flex h-full items-center gap-2 border-b border-line pr-3 pl-1 hover:bg-raised md:gap-3 ${isSelected ? 'bg-raised' : ''}`}
    >
      {onPick === undefined ? (
        <span className="w-2" />
      ) : (
        <label className="grid size-8 shrink-0 place-items-center">
          <input
            type="checkbox"
            aria-label={`Select ${job.title}`}
            className="size-4 accent-accent"
            checked={isSelected}
            // The change of a checkbox comes by a click, which tells of Shift.
            onChange={({ nativeEvent }) =>
              onPick(job.job_id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
            }
          />
        </label>
      )}
      <Link
        to="/jobs/$jobId"
        params={{ jobId: job.job_id }}
        data-job={job.job_id}
        className="grid h-full min-w-0 flex-1 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 py-1 md:grid-cols-[6.5rem_minmax(0,1fr)_7rem_9rem_3.5rem_8.5rem]"
        onFocus={() => onActive(job.job_id)}
      >
        <span className="order-2 md:order-none">
          <StateBadge state={isAsking ? 'asking' : job.status} />
        </span>
        <span className="truncate">
          {job.title}
          {/* A job that is tried again still has the error of the attempt before. */}
          {job.error === null || job.settled_at === null ? null : (
            <>
              {' '}
              <span className="ml-1 font-mono text-xs text-failed">{job.error.code}</span>
            </>
          )}
        </span>
        <span className="order-3 truncate text-sm text-muted md:order-none">
          {job.agent}
          {job.model === null ? '' : ` · ${job.model}`}
        </span>
        <span className="hidden truncate text-sm text-muted md:block">
          {sessionName ?? job.session_id}
        </span>
        <span
          className="hidden text-right text-sm text-muted tabular-nums md:block"
          title={`${job.attempts} of at most ${job.max_attempts} attempts; priority ${job.priority}`}
        >
          {job.attempts}/{job.max_attempts}
          {job.priority === 0 ? '' : ` ${job.priority > 0 ? '↑' : '↓'}`}
        </span>
        <span className="order-4 text-right text-sm text-muted md:order-none">
          <When job={job} />
        </span>
      </Link>
    </div>
  );
});

function When({ job }: { readonly job: JobView }) {
  if (job.status === 'running' && job.started_at !== null) {
    // The limit is that of an attempt, and only of the first one the beginning is known here.
    const limitMs = job.attempts > 1 ? undefined : job.time_limit_ms;
    return <Progress startedAt={job.started_at} limitMs={limitMs} />;
  }
  return <RelativeTime at={job.settled_at ?? job.created_at} />;
}

interface ProgressProps {
  readonly startedAt: string;
  readonly limitMs: number | undefined;
}

/** How long a job runs, and how much of its time is used up. */
function Progress({ startedAt, limitMs }: ProgressProps) {
  const ms = Math.max(0, useNow() - Date.parse(startedAt));
  if (limitMs === undefined) return <span title="With earlier attempts">{formatLength(ms)}</span>;
  const part = Math.min(1, ms / limitMs);
  return (
    <span
      className="inline-block w-full"
      title={`${formatLength(ms)} of at most ${formatLength(limitMs)}`}
    >
      {formatLength(ms)}
      <span aria-hidden="true" className="mt-0.5 block h-0.5 bg-line">
        <span className="block h-full bg-busy" style={{ width: `${part * 100}%` }} />
      </span>
    </span>
  );
}
