import { Link } from '@tanstack/react-router';
import type { StuckSiteView } from '../../../src/contract/index.ts';
import { advice } from '../ui/advice.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { StateBadge } from '../ui/state-badge.tsx';

interface StuckSitesProps {
  readonly sites: readonly StuckSiteView[];
  readonly currentId: string | undefined;
  readonly onCurrent: (sessionId: string) => void;
}

/** Sites that go on only when somebody does something: what that is, stands on their pages. */
export function StuckSites({ sites, currentId, onCurrent }: StuckSitesProps) {
  return (
    <section aria-label="Sites" className="rounded-lg border border-line bg-surface">
      <h2 className="border-b border-line px-3 py-2 font-semibold">
        Sites <span className="text-muted tabular-nums">{sites.length}</span>
      </h2>
      <ul>
        {sites.map((site) => (
          <StuckSite
            key={site.session_id}
            site={site}
            isCurrent={currentId === site.session_id}
            onCurrent={onCurrent}
          />
        ))}
      </ul>
    </section>
  );
}

interface StuckSiteProps {
  readonly site: StuckSiteView;
  readonly isCurrent: boolean;
  readonly onCurrent: (sessionId: string) => void;
}

function StuckSite({ site, isCurrent, onCurrent }: StuckSiteProps) {
  const { session_id: id, name, kind, error, at } = site;
  return (
    <li
      data-card={id}
      tabIndex={-1}
      className={`border-b border-l-2 border-b-line px-3 py-2 last:border-b-0 ${isCurrent ? 'border-l-failed' : 'border-l-transparent'}`}
      onFocus={() => onCurrent(id)}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateBadge state={kind === 'failed' ? 'failed' : 'destroying'} />
        <Link
          to="/sites/$sessionId"
          params={{ sessionId: id }}
          className="max-w-full min-w-0 truncate font-semibold hover:underline"
        >
          {name}
        </Link>
        {kind === 'failed' ? null : (
          <span className="text-sm text-muted">not removed yet; it may be billed</span>
        )}
        <span className="ml-auto text-sm text-muted">
          <RelativeTime at={at} />
        </span>
      </div>
      <p className="mt-1 break-words">
        <span className="mr-2 font-mono text-sm text-failed">{error.code}</span>
        {error.message}
      </p>
      {error.todo === null ? null : <p className="break-words text-muted">{advice(error.todo)}</p>}
    </li>
  );
}
