import { z } from 'zod';
import { questionView } from './question-views.ts';
import { totalView, usageView } from './usage-views.ts';

/** What crosses a door. Keys are snake_case, times are RFC 3339 text in UTC, absent is null. */

const time = z.iso.datetime();

export const errorView = z.object({
  code: z.string(),
  message: z.string(),
  todo: z.string().nullable(),
});
export type ErrorView = z.infer<typeof errorView>;

export const jobView = z.object({
  job_id: z.string(),
  session_id: z.string(),
  status: z.string(),
  /** The first words of the prompt. */
  title: z.string(),
  template: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  priority: z.int(),
  attempts: z.int(),
  max_attempts: z.int(),
  time_limit_ms: z.int(),
  max_tokens: z.int().nullable(),
  max_cost_usd: z.number().nullable(),
  prompt_path: z.string(),
  output_path: z.string().nullable(),
  error: errorView.nullable(),
  blocked_by: z.int(),
  created_at: time,
  run_at: time,
  deadline_at: time.nullable(),
  started_at: time.nullable(),
  settled_at: time.nullable(),
});
export type JobView = z.infer<typeof jobView>;

export const attemptView = z.object({
  attempt: z.int(),
  state: z.string(),
  outcome: z.string().nullable(),
  error: errorView.omit({ todo: true }).nullable(),
  exchange_dir: z.string(),
  socket_path: z.string(),
  started_at: time,
  ready_at: time.nullable(),
  delivered_at: time.nullable(),
  ended_at: time.nullable(),
  usage: usageView.nullable(),
});
export type AttemptView = z.infer<typeof attemptView>;

export const eventView = z.object({
  stream: z.string(),
  sequence: z.int(),
  kind: z.string(),
  at: time,
  data: z.record(z.string(), z.unknown()),
});
export type EventView = z.infer<typeof eventView>;

export const jobDetailView = jobView.extend({
  attempt_list: z.array(attemptView),
  events: z.array(eventView),
  /** What it asks a person now. */
  questions: z.array(questionView),
  /** All its attempts together. */
  usage: totalView,
});
export type JobDetailView = z.infer<typeof jobDetailView>;

export const sessionView = z.object({
  session_id: z.string(),
  name: z.string(),
  user_id: z.string(),
  status: z.string(),
  agent: z.string().nullable(),
  concurrency: z.int().nullable(),
  max_tokens: z.int().nullable(),
  max_cost_usd: z.number().nullable(),
  path: z.string(),
  created_at: time,
  archived_at: time.nullable(),
});
export type SessionView = z.infer<typeof sessionView>;

export const agentView = z.object({
  agent: z.string(),
  found: z.boolean(),
  path: z.string().nullable(),
  version: z.string().nullable(),
  /** `yes`, `no`, or `unknown` where only trying tells. */
  ready: z.enum(['yes', 'no', 'unknown']),
  problem: z.string().nullable(),
  todo: z.string().nullable(),
});
export type AgentView = z.infer<typeof agentView>;

export const runView = z.object({
  job_id: z.string(),
  session_id: z.string(),
  status: z.string(),
  attempts: z.int(),
  agent: z.string(),
  output_path: z.string().nullable(),
  output: z.string().nullable(),
  error: errorView.nullable(),
  timings_ms: z.object({
    /** Enqueued until the worker leased it. */
    queued: z.number().nullable(),
    /** The agent's own start: leased until ready. */
    start: z.number().nullable(),
    /** Ready until the proof that the instruction arrived. */
    deliver: z.number().nullable(),
    /** The agent's own work: delivered until the end of its turn. */
    work: z.number().nullable(),
    /** From `enqueued` to `settled`. */
    total: z.number().nullable(),
  }),
});
export type RunView = z.infer<typeof runView>;

/** Every list: `next` is the cursor of the next page, null on the last one. */
export interface ListView<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
