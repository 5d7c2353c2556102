import { z } from 'zod';
import { questionView } from './question-views.ts';
import { errorView, jobView } from './views.ts';

const time = z.iso.datetime();

/** What an agent does, in the words of docs/glossary.md. */
export const agentStates = [
  'starting',
  'ready',
  'delivering',
  'busy',
  'asking',
  'finishing',
  'exited',
  'lost',
  'unknown',
] as const;

/** An agent in a terminal: of a job's running attempt, or a session's main agent. */
export const liveAgentView = z.object({
  /** `<job_id>.<attempt>`, or the session's id for its main agent. Names its terminal. */
  agent_id: z.string(),
  /** `claude`, `codex`, ... */
  agent: z.string(),
  state: z.enum(agentStates),
  /** Since when it is in that state, as far as it was recorded. */
  since: time.nullable(),
  mode: z.enum(['one-shot', 'persistent']),
  session_id: z.string(),
  session_name: z.string(),
  /** What it works on now; null for a main agent that waits. */
  job_id: z.string().nullable(),
  attempt: z.int().nullable(),
  title: z.string().nullable(),
  question: questionView.nullable(),
  started_at: time.nullable(),
  /** False when its terminal is gone; its recording is left. */
  is_live: z.boolean(),
});
export type LiveAgentView = z.infer<typeof liveAgentView>;

/** One piece of evidence about an agent, as `agent explain` prints it. */
export const explanationView = z.object({
  agent_id: z.string(),
  subject: z.string(),
  agent: z.string(),
  state: z.string(),
  evidence: z.array(
    z.object({
      source: z.string(),
      at: time.nullable(),
      says: z.string(),
      detail: z.string(),
      outranked_by: z.string().nullable(),
    }),
  ),
});
export type ExplanationView = z.infer<typeof explanationView>;

/** A site that goes on only when somebody does something. */
export const stuckSiteView = z.object({
  session_id: z.string(),
  name: z.string(),
  /** `failed`: its newest execution; `not-destroyed`: it may still be billed. */
  kind: z.enum(['failed', 'not-destroyed']),
  execution_id: z.string(),
  error: errorView,
  at: time,
});
export type StuckSiteView = z.infer<typeof stuckSiteView>;

/** What needs a person: first those that ask, then what failed. */
export const needsYouView = z.object({
  questions: z.array(questionView.extend({ session_id: z.string(), job_title: z.string() })),
  failed: z.array(jobView),
  /** Failed jobs in all; `failed` has the newest. */
  failed_count: z.int(),
  /** The newest, at most 50. */
  sites: z.array(stuckSiteView),
});
export type NeedsYouView = z.infer<typeof needsYouView>;

/** Jobs by their status, for the board's header. */
export const jobCountsView = z.object({
  queued: z.int(),
  leased: z.int(),
  running: z.int(),
  asking: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  expired: z.int(),
  skipped: z.int(),
});
export type JobCountsView = z.infer<typeof jobCountsView>;

/** An event with its place among all events: `position` is the SSE id. */
export const feedEventView = z.object({
  position: z.int(),
  stream: z.string(),
  sequence: z.int(),
  session_id: z.string().nullable(),
  kind: z.string(),
  at: time,
  data: z.record(z.string(), z.unknown()),
});
export type FeedEventView = z.infer<typeof feedEventView>;

/**
 * The names of the SSE events of `/api/events`: `event` carries a FeedEventView; `gap` says that
 * the feed cannot go on where the client was (`{from, to}` positions): read everything anew;
 * `ready` follows the replay; `ping` keeps the line open and carries the server's time.
 */
export const feedEventNames = ['event', 'gap', 'ready', 'ping'] as const;

export const fileView = z.object({
  /** Relative to the session's directory: `uploads/plan.pdf`. */
  path: z.string(),
  bytes: z.int(),
  modified_at: time,
  is_directory: z.boolean(),
});
export type FileView = z.infer<typeof fileView>;

export const workerView = z.object({
  worker_id: z.string(),
  host: z.string(),
  pid: z.int(),
  concurrency: z.int(),
  started_at: time,
  heartbeat_at: time,
});
export type WorkerView = z.infer<typeof workerView>;

/** A single-use right to open the terminal socket; expires at `expires_at`. */
export const ticketView = z.object({ ticket: z.string(), expires_at: time });
export type TicketView = z.infer<typeof ticketView>;

export const bulkView = z.object({
  done: z.array(z.string()),
  refused: z.array(z.object({ job_id: z.string(), code: z.string(), message: z.string() })),
});
export type BulkView = z.infer<typeof bulkView>;

/** As the origin documents have it. */
export const tmuxSessionView = z.object({
  name: z.string(),
  agent_id: z.string(),
  pid: z.int().nullable(),
  created_at: time.nullable(),
  attach_command: z.string(),
});
export type TmuxSessionView = z.infer<typeof tmuxSessionView>;
