import { Link } from '@tanstack/react-router';
import { Copy } from 'lucide-react';
import type { SiteView } from '../../../../src/contract/index.ts';
import { advice } from '../../ui/advice.ts';
import { copyText } from '../../ui/copy-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { tellDone, tellFailed } from '../../ui/toasts.tsx';
import { formatMonthly } from './format-money.ts';

/** How it is and where it stands, under the name. */
export function SiteLine({ site }: { readonly site: SiteView }) {
  const { status, url, provider, type, expires_at: expiry, error } = site;
  return (
    <div className="shrink-0 border-b border-line px-4 py-1.5 text-sm">
      <p className="flex flex-wrap items-center gap-x-3">
        <StateBadge state={status} />
        {url === null || status === 'destroyed' ? null : <Address url={url} />}
        <span className="text-muted">
          {provider} · {type} · {formatMonthly(site.monthly_usd)}
        </span>
        {expiry === null || status === 'destroyed' ? null : (
          <span className="text-muted">
            ends <RelativeTime at={expiry} />
          </span>
        )}
        <Link
          to="/sessions/$sessionId"
          params={{ sessionId: site.session_id }}
          className="inline-flex min-h-8 items-center text-accent hover:underline"
        >
          Session
        </Link>
      </p>
      {error === null ? null : (
        <p role="alert" className="pb-1 break-words text-failed">
          It could not be destroyed, and is tried again.{' '}
          <span className="font-mono">{error.code}</span> {error.message}{' '}
          {error.todo === null ? '' : advice(error.todo)}
        </p>
      )}
    </div>
  );
}

function Address({ url }: { readonly url: string }) {
  return (
    <span className="flex min-w-0 items-center">
      <a
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        className="min-w-0 truncate font-mono text-accent hover:underline"
      >
        {url}
      </a>
      <button
        type="button"
        aria-label="Copy the address"
        title="Copy"
        className="grid size-8 shrink-0 place-items-center rounded-md hover:bg-raised"
        onClick={() => void copy(url)}
      >
        <Copy aria-hidden="true" className="size-4" />
      </button>
    </span>
  );
}

async function copy(url: string): Promise<void> {
  if (await copyText(url)) tellDone('The address is copied.');
  else
    tellFailed(new Error('The browser does not let this page copy. Select the address instead.'));
}
