import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { SessionView } from '../../../../src/contract/index.ts';
import { sessionUsageQuery } from '../../api/sessions.ts';
import { PageError } from '../../layout/page-error.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCost, UsageTable } from './usage-table.tsx';

const kinds = ['model', 'day', 'job'] as const;

/** Tokens and cost of the session, as bars in a table. */
export function Usage({ session }: { readonly session: SessionView }) {
  const { session_id: sessionId } = session;
  const { by = 'model' } = useSearch({ from: '/shell/sessions/$sessionId' });
  const { data: report, error, refetch } = useQuery(sessionUsageQuery(sessionId, by));
  return (
    <div className="space-y-4 p-4">
      <nav aria-label="What a line stands for" className="flex gap-1">
        {kinds.map((kind) => (
          <Link
            key={kind}
            to="/sessions/$sessionId"
            params={{ sessionId }}
            search={{ tab: 'usage', ...(kind === 'model' ? {} : { by: kind }) }}
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
            <strong className="tabular-nums">{report.total.tokens.toLocaleString()}</strong> tokens,{' '}
            <strong className="tabular-nums">{formatCost(report.total)}</strong>, in{' '}
            {report.attempts} {report.attempts === 1 ? 'attempt' : 'attempts'}
            {session.max_tokens === null
              ? ''
              : `; at most ${session.max_tokens.toLocaleString()} tokens`}
            {session.max_cost_usd === null ? '' : `; at most $${session.max_cost_usd}`}
          </p>
          {report.items.length === 0 ? (
            <EmptyState title="Nothing was used yet.">
              What agents of this session use is counted when their attempts end.
            </EmptyState>
          ) : (
            <UsageTable items={report.items} by={by} />
          )}
        </>
      )}
    </div>
  );
}
