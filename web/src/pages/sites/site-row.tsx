import { Link } from '@tanstack/react-router';
import type { SiteView } from '../../../../src/contract/index.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { formatMonthly } from '../site/format-money.ts';
import { stepTitles } from '../site/step-words.ts';

/** A site in one line; on a phone in several. */
export function SiteRow({ site }: { readonly site: SiteView }) {
  const { session_id: id, name, status, url, provider, type, expires_at: expiry } = site;
  return (
    <li className="grid grid-cols-[7rem_minmax(0,1fr)] items-center gap-x-4 gap-y-0.5 px-4 py-2 hover:bg-raised lg:grid-cols-[7rem_minmax(0,3fr)_9rem_minmax(0,2fr)_8rem_7rem_7rem]">
      <StateBadge state={status} />
      <div className="min-w-0">
        <Link
          to="/sites/$sessionId"
          params={{ sessionId: id }}
          className="block truncate py-0.5 font-semibold -outline-offset-2 hover:underline"
        >
          {name}
        </Link>
        {url === null || status === 'destroyed' ? (
          <p className="truncate text-sm text-muted">no address</p>
        ) : (
          <a
            href={url}
            target="_blank"
            rel="noopener noreferrer"
            className="block truncate font-mono text-sm text-accent -outline-offset-2 hover:underline"
          >
            {url}
          </a>
        )}
      </div>
      <div className="col-start-2 flex flex-wrap gap-x-3 lg:contents">
        <p className="text-sm">
          {provider} · {type}
        </p>
        <p className="min-w-0 text-sm">
          <Progress site={site} />
        </p>
        <p className="text-sm tabular-nums">{formatMonthly(site.monthly_usd)}</p>
        <p className="text-sm text-muted">
          <span className="lg:sr-only">made </span>
          <RelativeTime at={site.created_at} />
        </p>
        <p className="text-sm text-muted">
          {expiry === null || status === 'destroyed' ? (
            'no expiry'
          ) : (
            <>
              ends <RelativeTime at={expiry} />
            </>
          )}
        </p>
      </div>
    </li>
  );
}

/** The step it is at, or the release that is live. */
function Progress({ site: { execution, release_id: releaseId } }: { readonly site: SiteView }) {
  const { status, current_step: step } = execution;
  if (status === 'succeeded' || step === null) {
    return <span className="font-mono">{releaseId ?? status}</span>;
  }
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <StateBadge state={status} />
      {stepTitles[step]}
    </span>
  );
}
