import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { siteLogsQuery } from '../../api/sites.ts';
import { PageError } from '../../layout/page-error.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TextLines } from '../../ui/text-lines.tsx';
import type { SitePartProps } from '../site.tsx';

/** What the site's program, or its deployment, said last. */
export function SiteLogs({ site }: SitePartProps) {
  const [isFollowing, setIsFollowing] = useState(true);
  const isLive = site.status === 'live';
  const { data, error, refetch, isFetching } = useQuery(
    siteLogsQuery(site.session_id, isFollowing && isLive),
  );
  if (data === undefined) {
    if (error === null) return <p className="p-4 text-muted">Reading…</p>;
    return <PageError error={error} reset={() => void refetch()} />;
  }
  return (
    <div className="flex h-full flex-col gap-2 p-3 md:p-4">
      <div className="flex flex-wrap items-center gap-2">
        <p className="mr-auto text-sm text-muted">
          {data.length} {data.length === 1 ? 'line' : 'lines'}, the newest at the end
        </p>
        {isLive ? (
          <Button
            kind="quiet"
            aria-pressed={isFollowing}
            onClick={() => setIsFollowing(!isFollowing)}
          >
            Follow
          </Button>
        ) : null}
        <Button disabled={isFetching} onClick={() => void refetch()}>
          Read again
        </Button>
      </div>
      {error === null ? null : <p role="alert">{error.message}</p>}
      {data.length === 0 ? (
        <EmptyState title="It said nothing yet.">
          What the program of a dynamic site prints stands here, and when which release became live.
        </EmptyState>
      ) : (
        <TextLines
          label="Logs of the site"
          className="min-h-40 flex-1"
          lines={data.map((text, index) => ({ key: `${index} ${text}`, text }))}
        />
      )}
    </div>
  );
}
