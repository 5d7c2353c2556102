import { z } from 'zod';

/** Tokens, and what they cost by the price list. */
const tokensView = z.object({
  /** Of the prompt, without those that a cache had or got. */
  input_tokens: z.int(),
  output_tokens: z.int(),
  cache_read_tokens: z.int(),
  cache_write_tokens: z.int(),
  /** US dollars; null when a model has no price, never 0 for that. */
  cost_usd: z.number().nullable(),
});

/** What one attempt used. */
export const usageView = tokensView.extend({
  models: z.array(tokensView.extend({ model: z.string().nullable() })),
});
export type UsageView = z.infer<typeof usageView>;

/** What several attempts used together. */
export const totalView = tokensView.extend({
  /** All four kinds. */
  tokens: z.int(),
  /** The part of the cost that is known. */
  known_cost_usd: z.number(),
  /** Models that took part and have no price. */
  unpriced_models: z.array(z.string()),
});
export type TotalView = z.infer<typeof totalView>;

export const usageLineView = totalView.extend({
  /** A job's or session's id, a model, a day or an agent, as `by` says. */
  key: z.string(),
  label: z.string().nullable(),
  attempts: z.int(),
});
export type UsageLineView = z.infer<typeof usageLineView>;

export const usageReportView = z.object({
  by: z.enum(['job', 'session', 'model', 'day', 'agent']),
  since: z.iso.datetime().nullable(),
  items: z.array(usageLineView),
  attempts: z.int(),
  total: totalView,
});
export type UsageReportView = z.infer<typeof usageReportView>;
