import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReleaseView } from '../../../../src/contract/index.ts';
import { releasesQuery } from '../../api/sites.ts';
import { useRollBack } from '../../api/sites-actions.ts';
import { PageError } from '../../layout/page-error.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { formatBytes } from '../session/format-bytes.ts';
import type { SitePartProps } from '../site.tsx';
import { ReportLink } from './artefacts.tsx';
import { Screenshot } from './screenshot.tsx';
import { TestList } from './test-list.tsx';
import { whyNotChange } from './why-not-change.ts';

/** What was published, the newest first, and how it did. */
export function Releases({ site, whyNot }: SitePartProps) {
  const { session_id: sessionId } = site;
  const { data: releases, error, refetch } = useQuery(releasesQuery(sessionId));
  if (releases === undefined) {
    if (error === null) return <p className="p-4 text-muted">Reading…</p>;
    return <PageError error={error} reset={() => void refetch()} />;
  }
  if (releases.length === 0) {
    return (
      <EmptyState title="Nothing was published yet.">
        A release is a copy of the site’s files as they were published. Each is kept with its
        pictures and tests, and can be gone back to.
      </EmptyState>
    );
  }
  return (
    <ul aria-label="Releases" className="mx-auto max-w-5xl space-y-3 p-3 md:p-4">
      {releases.map((release) => (
        <Release
          key={release.release_id}
          sessionId={sessionId}
          release={release}
          whyNot={whyNot ?? whyNotChange(site)}
        />
      ))}
    </ul>
  );
}

interface ReleaseProps {
  readonly sessionId: string;
  readonly release: ReleaseView;
  readonly whyNot: string | undefined;
}

function Release({ sessionId, release, whyNot }: ReleaseProps) {
  const {
    release_id: id,
    is_live: isLive,
    files,
    bytes,
    screenshots,
    report_path: report,
  } = release;
  const rollBack = useRollBack(sessionId);
  return (
    <li
      aria-label={`Release ${id}`}
      className={`rounded-md border bg-surface p-3 ${isLive ? 'border-ok' : 'border-line'}`}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-mono font-semibold">{id}</h2>
        {isLive ? <StateBadge state="live" /> : null}
        <span className="text-sm text-muted">
          {files.toLocaleString('en')} {files === 1 ? 'file' : 'files'}, {formatBytes(bytes)}, made{' '}
          <RelativeTime at={release.created_at} />
        </span>
        <span className="ml-auto flex flex-wrap gap-2">
          {report === null ? null : (
            <ReportLink sessionId={sessionId} path={report} name={`Report of ${id}`} />
          )}
          {isLive || release.live_at === null ? null : (
            <ActionButton
              blocked={whyNot}
              disabled={rollBack.isPending}
              title="Publish this release again, and check it"
              aria-label={`Roll back to ${id}`}
              onClick={() => rollBack.mutate(id)}
            >
              Roll back
            </ActionButton>
          )}
        </span>
      </div>
      <div className="mt-2 flex flex-wrap gap-4">
        {screenshots.length === 0 ? null : (
          <div className="flex max-w-full gap-2">
            {screenshots.map(({ screen, path }) => (
              <Screenshot
                key={screen}
                sessionId={sessionId}
                path={path}
                name={`${screen} of ${id}`}
                className={screen === 'mobile' ? 'h-36 w-20' : 'h-36 w-52 !shrink'}
              />
            ))}
          </div>
        )}
        <div className="min-w-0 flex-1 basis-64 text-sm">
          <p className="flex flex-wrap items-center gap-x-3">
            <Health release={release} />
            <Link
              to="/sites/$sessionId"
              params={{ sessionId }}
              search={{ execution: release.execution_id }}
              className="inline-flex min-h-8 items-center text-accent hover:underline"
            >
              How it was made
            </Link>
          </p>
          <TestList tests={release.tests} />
        </div>
      </div>
    </li>
  );
}

function Health({ release: { is_healthy: isHealthy } }: { readonly release: ReleaseView }) {
  if (isHealthy === null) return <span className="text-muted">health not checked</span>;
  return isHealthy ? (
    <span className="text-ok">
      <span aria-hidden="true">✓</span> healthy
    </span>
  ) : (
    <span className="text-failed">
      <span aria-hidden="true">✕</span> not healthy
    </span>
  );
}
