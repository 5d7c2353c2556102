import type { SiteEstimateView } from '../../../../src/contract/index.ts';
import { formatMoney } from './format-money.ts';

/** What a site costs, line by line, and what the figures stand on. */
export function CostTable({ cost }: { readonly cost: SiteEstimateView['cost'] }) {
  return (
    <>
      {cost.lines.length === 0 ? null : (
        <table className="w-full text-sm">
          <caption className="sr-only">Cost a month, line by line</caption>
          <tbody>
            {cost.lines.map(({ what, monthly_usd: usd, basis }) => (
              <tr key={what} className="border-t border-line align-top">
                <th scope="row" className="py-1 pr-2 text-left font-normal">
                  {what}
                  <span className="block text-muted">{basis}</span>
                </th>
                <td className="py-1 text-right whitespace-nowrap tabular-nums">
                  {formatMoney(usd)}
                </td>
              </tr>
            ))}
            <tr className="border-t border-line font-semibold">
              <th scope="row" className="py-1 text-left">
                Together
              </th>
              <td className="py-1 text-right tabular-nums">{formatMoney(cost.monthly_usd)}</td>
            </tr>
          </tbody>
        </table>
      )}
      <p className="text-sm text-muted">{cost.note}</p>
    </>
  );
}
