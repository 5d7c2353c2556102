import type { Total } from '../app/index.ts';

/** Write a number of tokens for people: `950`, `12.3k`, `4.56m`. */
export function formatTokens(count: number): string {
  if (count < 1_000) return String(count);
  return count < 999_950 ? `${(count / 1_000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(2)}m`;
}

/** Write an amount of money: cents where it is much, more digits where it is little. */
export function formatCost(usd: number): string {
  return usd === 0 || usd >= 1 ? `$${usd.toFixed(2)}` : `$${usd.toFixed(4)}`;
}

/** What is known of a cost: `$1.20`, `? (known: $0.30; no price for x)`. */
export function costOf({ costUsd, knownUsd, unpriced }: Total): string {
  if (costUsd !== undefined) return formatCost(costUsd);
  return `? (known: ${formatCost(knownUsd)}; no price for ${unpriced.join(', ')})`;
}

interface Limits {
  readonly maxTokens: number | undefined;
  readonly maxCostUsd: number | undefined;
}

/** What was used and what may be: `12.3k of 50.0k tokens, $0.12 of $2.00`. */
export function usageLine(total: Total, { maxTokens, maxCostUsd }: Limits): string | undefined {
  const isLimited = maxTokens !== undefined || maxCostUsd !== undefined;
  if (total.tokens === 0 && !isLimited) return undefined;
  const ofTokens = maxTokens === undefined ? '' : ` of ${formatTokens(maxTokens)}`;
  const ofCost = maxCostUsd === undefined ? '' : ` of ${formatCost(maxCostUsd)}`;
  return `${formatTokens(total.tokens)}${ofTokens} tokens, ${costOf(total)}${ofCost}`;
}
