import type { SiteEstimateView } from '../../../../src/contract/index.ts';
import { FormError } from '../../ui/form-error.tsx';
import { CostTable } from '../site/cost-table.tsx';
import { formatMoney, formatMonthly } from '../site/format-money.ts';

interface EstimateProps {
  /** Undefined while it is not known, or cannot be. */
  readonly estimate: SiteEstimateView | undefined;
  readonly error: Error | null;
  /** Something was changed since, and the new one is on its way. */
  readonly isOld: boolean;
  readonly isConfirmed: boolean;
  /** The sum that was confirmed; undefined: none. */
  readonly onConfirm: (usd: number | undefined) => void;
}

/** What it will consist of, what that costs, and the word that this is all right. */
export function Estimate({ estimate, error, isOld, isConfirmed, onConfirm }: EstimateProps) {
  return (
    <section
      aria-label="Estimate"
      aria-busy={isOld}
      className="space-y-3 rounded-md border border-line bg-surface p-3"
    >
      <h2 className="font-semibold">What it costs</h2>
      <FormError error={error} />
      {estimate === undefined ? (
        error === null ? (
          <p className="text-muted">Reckoning…</p>
        ) : null
      ) : (
        <Known {...{ estimate, isOld, isConfirmed, onConfirm }} />
      )}
    </section>
  );
}

type KnownProps = Omit<EstimateProps, 'estimate' | 'error'> & {
  readonly estimate: SiteEstimateView;
};

function Known({ estimate, isOld, isConfirmed, onConfirm }: KnownProps) {
  const { cost, resources, user_limit_usd: limit, user_monthly_usd: live } = estimate;
  const usd = cost.monthly_usd;
  const isOver = limit !== null && live + usd > limit;
  return (
    <>
      <p className={`text-2xl font-semibold tabular-nums ${isOld ? 'text-muted' : ''}`}>
        {formatMonthly(usd)}
      </p>
      <CostTable cost={cost} />
      <details>
        <summary className="min-h-8 cursor-pointer py-1 text-sm font-medium">
          What is made: {resources.length} {resources.length === 1 ? 'thing' : 'things'}
        </summary>
        <ul className="space-y-1 text-sm">
          {resources.map(({ type, name }) => (
            <li key={`${type} ${name}`}>
              <span className="block break-words">{type}</span>
              <span className="block font-mono break-all text-muted">{name}</span>
            </li>
          ))}
        </ul>
      </details>
      {limit === null ? null : (
        <p className={`text-sm ${isOver ? 'text-failed' : 'text-muted'}`}>
          Your sites may cost {formatMoney(limit)} a month together; those that are live cost{' '}
          {formatMoney(live)}.{isOver ? ' This one is too much.' : ''}
        </p>
      )}
      {estimate.must_be_confirmed ? (
        <label className="flex gap-2 rounded-md border border-asking p-2">
          <input
            type="checkbox"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={isConfirmed}
            disabled={isOld}
            onChange={({ target }) => onConfirm(target.checked ? usd : undefined)}
          />
          <span>
            I agree that this costs about <strong>{formatMonthly(usd)}</strong>, until it is
            destroyed.
          </span>
        </label>
      ) : null}
    </>
  );
}
