import type { Row, SqlValue } from '../store/index.ts';

/** What may be used up: by all attempts at a job, or by all jobs of a session. */
export interface Budget {
  /** Tokens of every kind, added up. */
  readonly maxTokens: number | undefined;
  readonly maxCostUsd: number | undefined;
}

/** Left out stays as it is; null takes the limit away. */
export interface BudgetChange {
  readonly maxTokens?: number | null | undefined;
  readonly maxCostUsd?: number | null | undefined;
}

export const noBudget: Budget = { maxTokens: undefined, maxCostUsd: undefined };

export function changeBudget(
  before: Budget,
  { maxTokens = before.maxTokens, maxCostUsd = before.maxCostUsd }: BudgetChange,
): Budget {
  return { maxTokens: maxTokens ?? undefined, maxCostUsd: maxCostUsd ?? undefined };
}

/** Read the two columns of a job or a session. */
export function budgetOf(row: Row): Budget {
  const { max_tokens: tokens = null, max_cost_micros: micros = null } = row;
  return {
    // PostgreSQL's driver gives 64-bit numbers as text.
    maxTokens: tokens === null ? undefined : Number(tokens),
    maxCostUsd: micros === null ? undefined : Number(micros) / 1e6,
  };
}

/** The two columns that hold a budget. Costs are kept in millionths of a dollar. */
export function budgetColumns({ maxTokens, maxCostUsd }: Budget): Record<string, SqlValue> {
  return {
    max_tokens: maxTokens ?? null,
    max_cost_micros: maxCostUsd === undefined ? null : Math.round(maxCostUsd * 1e6),
  };
}
