import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { usageQuery } from '../api/sessions.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { allUsageKinds } from './session/search.ts';
import { formatCost, UsageTable } from './session/usage-table.tsx';

/** Tokens and cost of everything, for admins. */
export function UsagePage() {
  const { by = 'day' } = useSearch({ from: '/shell/usage' });
  const { data: report, error, refetch } = useQuery(usageQuery(by));
  return (
    <Page title="Usage">
      <div className="space-y-4 p-4">
        <nav aria-label="What a line stands for" className="flex flex-wrap gap-1">
          {allUsageKinds.map((kind) => (
            <Link
              key={kind}
              to="/usage"
              search={kind === 'day' ? {} : { by: kind }}
              aria-current={kind === by ? 'page' : undefined}
              className={`rounded-md px-3 py-1.5 hover:bg-raised ${kind === by ? 'bg-raised font-semibold' : ''}`}
            >
              By {kind}
            </Link>
          ))}
        </nav>
        {error === null ? null : <PageError error={error} reset={() => void refetch()} />}
        {report === undefined ? null : (
          <>
            <p>
              <strong className="tabular-nums">{report.total.tokens.toLocaleString()}</strong>{' '}
              tokens, <strong className="tabular-nums">{formatCost(report.total)}</strong>, in{' '}
              {report.attempts} {report.attempts === 1 ? 'attempt' : 'attempts'}
            </p>
            {report.items.length === 0 ? (
              <EmptyState title="Nothing was used yet.">
                What agents use is counted when their attempts end.
              </EmptyState>
            ) : (
              <UsageTable items={report.items} by={by} />
            )}
          </>
        )}
      </div>
    </Page>
  );
}
