import type { TotalView, UsageLineView } from '../../../../src/contract/index.ts';

interface UsageTableProps {
  readonly items: readonly UsageLineView[];
  readonly by: string;
}

/** Tokens as bars, with the figures beside them. */
export function UsageTable({ items, by }: UsageTableProps) {
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
export function formatCost({ cost_usd, known_cost_usd }: TotalView): string {
  if (cost_usd !== null) return `$${cost_usd.toFixed(2)}`;
  return known_cost_usd > 0 ? `at least $${known_cost_usd.toFixed(2)}` : 'cost not known';
}
