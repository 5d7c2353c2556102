import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRole } from '../../api/me.ts';
import { estimateQuery } from '../../api/sites.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { SitePartProps } from '../site.tsx';
import { CostTable } from './cost-table.tsx';
import { formatMonthly } from './format-money.ts';

/** What was asked for, what it costs, and the facts that do not change. */
export function About({ site }: SitePartProps) {
  const { session_id: sessionId } = site;
  return (
    <div className="grid max-w-6xl gap-6 p-4 lg:grid-cols-2">
      <section aria-labelledby="wanted-of-site" className="min-w-0">
        <h2 id="wanted-of-site" className="mb-1 font-semibold">
          What was wanted
        </h2>
        <p className="rounded-md border border-line bg-surface p-3 break-words whitespace-pre-wrap">
          {site.requirements}
        </p>
        <p className="mt-1 text-sm text-muted">
          To have it changed, write to the agent beside the{' '}
          <Link
            to="/sites/$sessionId"
            params={{ sessionId }}
            search={{ tab: 'preview' }}
            className="text-accent underline"
          >
            preview
          </Link>
          ; files are added on the page of its{' '}
          <Link
            to="/sessions/$sessionId"
            params={{ sessionId }}
            search={{ tab: 'files' }}
            className="text-accent underline"
          >
            session
          </Link>
          .
        </p>
      </section>
      <div className="min-w-0 space-y-6">
        <Cost site={site} />
        <section aria-labelledby="facts-of-site">
          <h2 id="facts-of-site" className="mb-1 font-semibold">
            About it
          </h2>
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
            <Fact name="Session">{sessionId}</Fact>
            <Fact name="Owner">{site.user_id}</Fact>
            <Fact name="GUID">{site.user_guid}</Fact>
            <Fact name="Agent">{site.agent ?? 'as configured'}</Fact>
            <Fact name="Goes to">
              {site.provider}, {site.type}
            </Fact>
            <Fact name="Live release">{site.release_id ?? 'none'}</Fact>
            <Fact name="Made">
              <RelativeTime at={site.created_at} />
            </Fact>
            <Fact name="Ends">
              {site.expires_at === null ? 'never' : <RelativeTime at={site.expires_at} />}
            </Fact>
          </dl>
        </section>
      </div>
    </div>
  );
}

/** The sum that was confirmed, and its lines where they are known. */
function Cost({ site }: Pick<SitePartProps, 'site'>) {
  const { provider, type, monthly_usd: usd } = site;
  const canAsk = useRole('operator');
  const { data: estimate } = useQuery({ ...estimateQuery({ provider, type }), enabled: canAsk });
  // A site does not tell its region and size: lines that add up to something else are not its own.
  const isSame = estimate?.cost.monthly_usd === usd;
  return (
    <section aria-labelledby="cost-of-site">
      <h2 id="cost-of-site" className="mb-1 font-semibold">
        Cost
      </h2>
      <p className="mb-2 text-lg font-semibold tabular-nums">{formatMonthly(usd)}</p>
      {estimate === undefined || !isSame ? null : <CostTable cost={estimate.cost} />}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="font-mono break-all">{children}</dd>
    </>
  );
}
