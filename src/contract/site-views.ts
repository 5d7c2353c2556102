import { z } from 'zod';
import { errorView, sessionView } from './views.ts';

const time = z.iso.datetime();

export const providerNames = ['local', 'aws', 'azure'] as const;
export const siteTypeNames = ['static', 'dynamic'] as const;
export const siteStepNames = [
  'create_user',
  'create_session',
  'gather_requirements',
  'create_plan',
  'generate_code',
  'deploy',
  'health_check',
  'screenshot',
  'e2e_tests',
] as const;
export type SiteStepName = (typeof siteStepNames)[number];

/** Something a step left: read it by `readSiteFile`. */
export const artefactView = z.object({
  name: z.string(),
  kind: z.enum(['json', 'text', 'image', 'report']),
  /** Relative to the session's directory. */
  path: z.string(),
});
export type ArtefactView = z.infer<typeof artefactView>;

export const stepView = z.object({
  step: z.enum(siteStepNames),
  number: z.int(),
  status: z.enum(['pending', 'running', 'succeeded', 'failed', 'skipped']),
  attempts: z.int(),
  /** What came of it; of a skipped step, why. */
  summary: z.string().nullable(),
  error: errorView.nullable(),
  artefacts: z.array(artefactView),
  job_ids: z.array(z.string()),
  started_at: time.nullable(),
  ended_at: time.nullable(),
});
export type StepView = z.infer<typeof stepView>;

/** One passage of a session through the nine steps. */
export const executionView = z.object({
  execution_id: z.string(),
  user_id: z.string(),
  session_id: z.string(),
  kind: z.enum(['create', 'redeploy', 'rollback']),
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
  /** The step that runs or comes next; of a failed execution the one that failed. */
  current_step: z.enum(siteStepNames).nullable(),
  /** Steps that are done or skipped, of nine, in per cent. */
  progress: z.int(),
  /** How often a failed check was given back to the agent. */
  fix_rounds: z.int(),
  url: z.string().nullable(),
  error: errorView.nullable(),
  steps: z.array(stepView),
  created_at: time,
  started_at: time.nullable(),
  ended_at: time.nullable(),
});
export type ExecutionView = z.infer<typeof executionView>;

export const costView = z.object({
  monthly_usd: z.number(),
  lines: z.array(z.object({ what: z.string(), monthly_usd: z.number(), basis: z.string() })),
  note: z.string(),
});

/** What deploying would make, and what it is likely to cost. */
export const siteEstimateView = z.object({
  provider: z.enum(providerNames),
  type: z.enum(siteTypeNames),
  region: z.string().nullable(),
  size: z.string().nullable(),
  resources: z.array(z.object({ type: z.string(), name: z.string() })),
  cost: costView,
  /** What all sites of this user together may cost a month; null: no limit. */
  user_limit_usd: z.number().nullable(),
  /** What those that are live cost already. */
  user_monthly_usd: z.number(),
  /** False: it can be made without confirming what it costs. */
  must_be_confirmed: z.boolean(),
});
export type SiteEstimateView = z.infer<typeof siteEstimateView>;

export const siteView = z.object({
  session_id: z.string(),
  name: z.string(),
  user_id: z.string(),
  user_guid: z.string(),
  provider: z.enum(providerNames),
  type: z.enum(siteTypeNames),
  /** In a list the first 1,000 characters. */
  requirements: z.string(),
  /** `building` until it is first live; `failed`: never live, and its execution failed. */
  status: z.enum(['building', 'live', 'failed', 'destroying', 'destroyed']),
  agent: z.string().nullable(),
  url: z.string().nullable(),
  /** The release that is live. */
  release_id: z.string().nullable(),
  /** The newest. */
  execution: executionView,
  monthly_usd: z.number(),
  created_at: time,
  expires_at: time.nullable(),
  /** Why it could not be destroyed; tried again. */
  error: errorView.nullable(),
});
export type SiteView = z.infer<typeof siteView>;

export const testResultView = z.object({
  name: z.string(),
  source: z.enum(['built-in', 'plan']),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  duration_ms: z.int(),
  problem: z.string().nullable(),
});

/** A release with what the checks said of it when it was checked last. */
export const releaseView = z.object({
  release_id: z.string(),
  execution_id: z.string(),
  is_live: z.boolean(),
  files: z.int(),
  bytes: z.int(),
  created_at: time,
  live_at: time.nullable(),
  is_healthy: z.boolean().nullable(),
  screenshots: z.array(z.object({ screen: z.enum(['desktop', 'mobile']), path: z.string() })),
  report_path: z.string().nullable(),
  tests: z.array(testResultView),
});
export type ReleaseView = z.infer<typeof releaseView>;

/** How `source/` differs from the release that is live. */
export const siteDiffView = z.object({
  /** Null when nothing is live: then every file is new. */
  release_id: z.string().nullable(),
  files: z.array(
    z.object({
      path: z.string(),
      change: z.enum(['added', 'changed', 'removed']),
      /** Unified; null for what is no text or too large. */
      diff: z.string().nullable(),
    }),
  ),
  /** More files differ than are listed, or a diff was cut. */
  is_cut: z.boolean(),
});
export type SiteDiffView = z.infer<typeof siteDiffView>;

/** As the origin documents have it; `session_status` in their words. */
export const userSessionView = sessionView.extend({
  execution_id: z.string().nullable(),
  execution_status: z.string().nullable(),
  url: z.string().nullable(),
});

export const chatHistoryView = z.object({
  execution_id: z.string(),
  session_id: z.string(),
  /** Oldest first: prompts of people and answers of the agent. */
  messages: z.array(
    z.object({
      job_id: z.string(),
      role: z.enum(['user', 'agent']),
      text: z.string(),
      at: time,
      /** Of the job: `succeeded`, `running`, ... */
      status: z.string(),
    }),
  ),
  /** What the agent's terminal shows now; null while it has none. */
  output: z.string().nullable(),
});
export type ChatHistoryView = z.infer<typeof chatHistoryView>;
