import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { jobCountsQuery } from '../api/jobs.ts';
import { countNeeds, useNeedsYou } from '../api/needs-you.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { useEntries } from './use-pages.ts';

export function Navigation() {
  const entries = useEntries();
  const waiting = useWaiting();
  const box = useRef<HTMLElement>(null);
  const section = useLocation({ select: ({ pathname }) => pathname.split('/')[1] });
  // On a phone the row is wider than the screen: the page that is open is brought into sight.
  useEffect(() => {
    const open = box.current?.querySelector('[aria-current="page"]');
    open?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [section, entries.length]);
  return (
    <nav
      ref={box}
      aria-label="Pages"
      className="flex shrink-0 gap-0.5 overflow-x-auto px-2 md:flex-col"
    >
      {entries.map(({ path, label, icon: Icon, keys }) => (
        <Link
          key={path}
          to={path}
          title={`${label} (${keys})`}
          className="group flex min-h-8 items-center gap-2 rounded-md px-2 py-1 whitespace-nowrap text-muted hover:bg-raised hover:text-text [&.active]:bg-raised [&.active]:font-semibold [&.active]:text-text"
          activeOptions={{ exact: path === '/' }}
        >
          <Icon aria-hidden="true" className="size-4 shrink-0" />
          {label}
          {path === '/' && waiting > 0 ? (
            <span className="ml-auto rounded-full bg-asking px-1.5 text-xs font-semibold text-page tabular-nums">
              {waiting}
              <span className="sr-only"> waiting</span>
            </span>
          ) : null}
        </Link>
      ))}
    </nav>
  );
}

/** How many things wait for a person. */
export function useWaiting(): number {
  const { needs } = useNeedsYou();
  return needs === undefined ? 0 : countNeeds(needs);
}

/** What goes on now, each a link to the jobs it counts. */
export function Pulse() {
  const { data } = useQuery(jobCountsQuery());
  if (data === undefined) return null;
  const running = data.running + data.leased;
  return (
    <ul aria-label="Now" className="hidden flex-col gap-0.5 px-2 text-sm md:flex">
      <li>
        <PulseLink status={['leased', 'running']} state="running" count={running} />
      </li>
      <li>
        <Link to="/" className="flex min-h-7 items-center rounded-md px-2 hover:bg-raised">
          <StateBadge state="asking" count={data.asking} />
        </Link>
      </li>
      <li>
        <PulseLink status={['queued']} state="queued" count={data.queued} />
      </li>
    </ul>
  );
}

interface PulseLinkProps {
  readonly status: ('leased' | 'running' | 'queued')[];
  readonly state: string;
  readonly count: number;
}

function PulseLink({ status, state, count }: PulseLinkProps) {
  return (
    <Link
      to="/jobs"
      search={{ status }}
      className="flex min-h-7 items-center rounded-md px-2 hover:bg-raised"
    >
      <StateBadge state={state} count={count} />
    </Link>
  );
}
