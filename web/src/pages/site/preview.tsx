import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { siteDiffQuery } from '../../api/sites.ts';
import { useRedeploy } from '../../api/sites-actions.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Chat } from '../session/chat.tsx';
import type { SitePartProps } from '../site.tsx';
import { DiffView } from './diff-view.tsx';
import { LiveSite } from './live-site.tsx';
import { type PreviewView, previewViews } from './search.ts';
import { whyNotChange } from './why-not-change.ts';

/** The site as it is, what was changed since, and beside both the agent who changes it. */
export function Preview({ site, session, whyNot }: SitePartProps) {
  const { session_id: sessionId } = site;
  const { view = 'desktop' } = useSearch({ from: '/shell/sites/$sessionId' });
  const [loads, setLoads] = useState(0);
  const isOver = whyNotChange(site);
  const diff = useQuery({ ...siteDiffQuery(sessionId), enabled: isOver === undefined });
  const redeploy = useRedeploy(sessionId);
  const changes = diff.data?.files.length;
  return (
    <div className="grid h-full grid-rows-[75dvh_85dvh] lg:grid-cols-[minmax(0,3fr)_minmax(20rem,2fr)] lg:grid-rows-1">
      <section aria-label="Preview" className="flex min-h-0 min-w-0 flex-col">
        <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-3 py-2">
          <Views sessionId={sessionId} current={view} changes={changes} />
          <span className="ml-auto flex gap-2">
            {view === 'changes' ? null : (
              <button
                type="button"
                aria-label="Load it again"
                title="Load it again"
                className="grid size-8 place-items-center rounded-md hover:bg-raised"
                onClick={() => setLoads(loads + 1)}
              >
                <RotateCw aria-hidden="true" className="size-4" />
              </button>
            )}
            {view === 'changes' ? (
              <ActionButton
                kind="primary"
                blocked={whyNot ?? isOver ?? (changes === 0 ? 'Nothing differs.' : undefined)}
                disabled={redeploy.isPending}
                onClick={() => redeploy.mutate()}
              >
                Redeploy this
              </ActionButton>
            ) : null}
          </span>
        </div>
        <div className="min-h-0 flex-1 overflow-auto bg-page">
          {view === 'changes' ? (
            <DiffView diff={diff.data} error={diff.error} />
          ) : (
            // What became live is shown at once.
            <LiveSite key={`${site.release_id} ${loads}`} site={site} screen={view} />
          )}
        </div>
      </section>
      <section
        aria-label="Chat"
        className="min-h-0 min-w-0 border-t border-line lg:border-t-0 lg:border-l"
      >
        <Chat session={session} hasSite={isOver === undefined} />
      </section>
    </div>
  );
}

interface ViewsProps {
  readonly sessionId: string;
  readonly current: PreviewView;
  /** Files that differ; undefined while that is not known. */
  readonly changes: number | undefined;
}

function Views({ sessionId, current, changes }: ViewsProps) {
  return (
    <nav aria-label="What is shown" className="flex gap-1">
      {previewViews.map((view) => (
        <Link
          key={view}
          to="/sites/$sessionId"
          params={{ sessionId }}
          search={{ tab: 'preview', ...(view === 'desktop' ? {} : { view }) }}
          replace
          aria-current={view === current ? 'page' : undefined}
          className={`inline-flex min-h-8 items-center gap-1 rounded-md px-3 capitalize hover:bg-raised ${view === current ? 'bg-raised font-semibold' : ''}`}
        >
          {view}
          {view === 'changes' && changes !== undefined ? (
            <span className="text-muted tabular-nums">{changes}</span>
          ) : null}
        </Link>
      ))}
    </nav>
  );
}
