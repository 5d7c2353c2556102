import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { JobView, SessionView } from '../../../../src/contract/index.ts';
import { sessionJobsQuery } from '../../api/session-jobs.ts';
import { PageError } from '../../layout/page-error.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { JobTexts } from '../job-texts.tsx';

/** The session's jobs; of the chosen one prompt and output side by side. */
export function SessionJobs({ session }: { readonly session: SessionView }) {
  const { session_id: sessionId } = session;
  const { job: chosen } = useSearch({ from: '/shell/sessions/$sessionId' });
  const jobs = useInfiniteQuery(sessionJobsQuery(sessionId));
  const items = jobs.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = chosen ?? items[0]?.job_id;
  if (jobs.error !== null)
    return <PageError error={jobs.error} reset={() => void jobs.refetch()} />;
  if (jobs.isSuccess && items.length === 0) {
    return (
      <EmptyState title="This session has no job yet.">
        A message in its chat is one; others are queued from the board of jobs.
      </EmptyState>
    );
  }
  return (
    <div className="md:flex md:h-full">
      <nav
        aria-label="Jobs of the session"
        className="max-h-64 overflow-y-auto border-b border-line md:max-h-none md:w-72 md:shrink-0 md:border-r md:border-b-0"
      >
        <ul className="divide-y divide-line">
          {items.map((job) => (
            <li key={job.job_id}>
              <JobLink sessionId={sessionId} job={job} isShown={job.job_id === shown} />
            </li>
          ))}
        </ul>
        {jobs.hasNextPage ? (
          <div className="p-3">
            <Button disabled={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
              Show more
            </Button>
          </div>
        ) : null}
      </nav>
      {shown === undefined ? null : (
        <ShownJob key={shown} jobId={shown} job={items.find(({ job_id }) => job_id === shown)} />
      )}
    </div>
  );
}

interface JobLinkProps {
  readonly sessionId: string;
  readonly job: JobView;
  readonly isShown: boolean;
}

function JobLink({ sessionId, job, isShown }: JobLinkProps) {
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId }}
      search={{ tab: 'jobs', job: job.job_id }}
      aria-current={isShown ? 'true' : undefined}
      className={`block px-4 py-2 -outline-offset-2 hover:bg-raised ${isShown ? 'bg-raised' : ''}`}
    >
      <span className="block truncate font-medium">{job.title}</span>
      <span className="flex items-center gap-2 text-sm text-muted">
        <StateBadge state={job.status} />
        <RelativeTime at={job.settled_at ?? job.created_at} />
      </span>
    </Link>
  );
}

interface ShownJobProps {
  readonly jobId: string;
  /** Left out while its part of the list is not read. */
  readonly job: JobView | undefined;
}

function ShownJob({ jobId, job }: ShownJobProps) {
  const attempts = job?.attempts ?? 0;
  return (
    <div className="min-w-0 flex-1 space-y-3 p-4 md:overflow-y-auto">
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        <Link to="/jobs/$jobId" params={{ jobId }} className="py-1 text-accent hover:underline">
          Open the job
        </Link>
        {attempts === 0 ? null : (
          <Link
            to="/recordings/$jobId/$attempt"
            params={{ jobId, attempt: String(attempts) }}
            className="py-1 text-accent hover:underline"
          >
            Recording
          </Link>
        )}
      </p>
      {job?.error == null ? null : (
        <p className="break-words text-failed">
          <span className="mr-2 font-mono text-sm">{job.error.code}</span>
          {job.error.message}
        </p>
      )}
      <JobTexts jobId={jobId} isSettled={job !== undefined && job.settled_at !== null} />
    </div>
  );
}
