import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { recordingsQuery } from '../api/recordings.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { formatBytes } from './session/format-bytes.ts';

export function RecordingsPage() {
  const list = useInfiniteQuery(recordingsQuery);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title="Recordings">
      {list.error === null ? null : (
        <PageError error={list.error} reset={() => void list.refetch()} />
      )}
      {list.isSuccess && items.length === 0 ? (
        <EmptyState title="There is no recording yet.">
          Each attempt at a job is recorded: what its agent printed, with its times.
        </EmptyState>
      ) : null}
      {items.length === 0 ? null : (
        <ul className="divide-y divide-line">
          {items.map((one) => (
            <li
              key={`${one.job_id} ${one.attempt}`}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 hover:bg-raised"
            >
              <div className="min-w-0 flex-1 basis-56">
                <Link
                  to="/recordings/$jobId/$attempt"
                  params={{ jobId: one.job_id, attempt: String(one.attempt) }}
                  className="block truncate py-1 font-semibold hover:underline"
                >
                  {one.title}
                </Link>
                <p className="truncate text-sm text-muted">
                  <span className="font-mono">{one.job_id}</span>, attempt {one.attempt}
                  {one.attempts > 1 ? ` of ${one.attempts} in it` : ''}
                </p>
              </div>
              <p className="w-24 truncate text-sm">{one.agent}</p>
              <p className="w-20 text-right text-sm tabular-nums">{formatBytes(one.bytes)}</p>
              <p className="w-32 text-sm text-muted">
                {one.growing ? (
                  <span className="text-busy">● being recorded</span>
                ) : (
                  <RelativeTime at={one.ended_at} />
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage ? (
        <div className="p-4">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </Page>
  );
}
