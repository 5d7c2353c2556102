import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { SessionView, TotalView, UsageLineView } from '../../../../src/contract/index.ts';
import { sessionUsageQuery } from '../../api/sessions.ts';
import { PageError } from '../../layout/page-error.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

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

interface UsageTableProps {
  readonly items: readonly UsageLineView[];
  readonly by: string;
}

function UsageTable({ items, by }: UsageTableProps) {
  const most = Math.max(1, ...items.map(({ tokens }) => tokens));
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={`Usage by ${by}`}>
      <table className="w-full min-w-xl text-left">
        <caption className="sr-only">Tokens and cost by {by}</caption>
        <thead className="text-sm text-muted">
          <tr className="border-b border-line">
            <th className="py-1 font-medium capitalize">{by}</th>
            <th className="w-2/5 py-1 font-medium">Tokens</th>
            <th className="py-1 text-right font-medium">In</th>
            <th className="py-1 text-right font-medium">Out</th>
            <th className="py-1 text-right font-medium">From cache</th>
            <th className="py-1 text-right font-medium">Cost</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {items.map((line) => (
            <tr key={line.key}>
              <th scope="row" className="max-w-60 truncate py-1.5 pr-4 font-normal">
                {line.label ?? line.key}
              </th>
              <td className="py-1.5">
                <span className="flex items-center gap-2">
                  <span aria-hidden="true" className="h-3 flex-1 rounded-sm bg-raised">
                    <span
                      className="block h-3 rounded-sm bg-accent"
                      style={{ width: `${(line.tokens / most) * 100}%` }}
                    />
                  </span>
                  <span className="w-24 text-right tabular-nums">
                    {line.tokens.toLocaleString()}
                  </span>
                </span>
              </td>
              <Count value={line.input_tokens + line.cache_write_tokens} />
              <Count value={line.output_tokens} />
              <Count value={line.cache_read_tokens} />
              <td className="py-1.5 pl-3 text-right tabular-nums">{formatCost(line)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Count({ value }: { readonly value: number }) {
  return <td className="py-1.5 pl-3 text-right tabular-nums">{value.toLocaleString()}</td>;
}

/** A cost that is known only in part says so. */
function formatCost({ cost_usd, known_cost_usd }: TotalView): string {
  if (cost_usd !== null) return `$${cost_usd.toFixed(2)}`;
  return known_cost_usd > 0 ? `at least $${known_cost_usd.toFixed(2)}` : 'cost not known';
}
