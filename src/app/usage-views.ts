import type { Tokens, Usage } from '../agents/index.ts';
import type { TotalView, UsageReportView, UsageView } from '../contract/index.ts';
import type { Total, UsageReport } from '../jobs/index.ts';
import { toOptionalTime } from './to-time.ts';
import type { UsageInput } from './usage.ts';

/** How what was used looks when it crosses a door. */

export function toUsageView(usage: Usage): UsageView {
  const { models = [] } = usage;
  return {
    ...toTokensView(usage),
    models: models.map((one) => ({ model: one.model ?? null, ...toTokensView(one) })),
  };
}

export function toTotalView(total: Total): TotalView {
  return {
    ...toTokensView(total),
    tokens: total.tokens,
    known_cost_usd: total.knownUsd,
    unpriced_models: [...total.unpriced],
  };
}

export function toUsageReportView(
  { lines, attempts, total }: UsageReport,
  { by, since }: Pick<UsageInput, 'by' | 'since'>,
): UsageReportView {
  return {
    by,
    since: toOptionalTime(since),
    items: lines.map((line) => ({
      key: line.key,
      label: line.label ?? null,
      attempts: line.attempts,
      ...toTotalView(line.total),
    })),
    attempts,
    total: toTotalView(total),
  };
}

function toTokensView(used: Tokens & { readonly costUsd?: number | undefined }) {
  return {
    input_tokens: used.inputTokens,
    output_tokens: used.outputTokens,
    cache_read_tokens: used.cacheReadTokens,
    cache_write_tokens: used.cacheWriteTokens,
    cost_usd: used.costUsd ?? null,
  };
}
