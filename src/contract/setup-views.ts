import { z } from 'zod';

/** What commands about this machine and this program print. */

export const checkView = z.object({
  name: z.string(),
  result: z.enum(['ok', 'warning', 'failed']),
  detail: z.string(),
  todo: z.string().nullable(),
});
export type CheckView = z.infer<typeof checkView>;

export const templateView = z.object({
  name: z.string(),
  description: z.string(),
  time_limit_ms: z.int(),
  needs_files: z.boolean(),
  agent: z.string().nullable(),
  path: z.string(),
});
export type TemplateView = z.infer<typeof templateView>;

export const settingView = z.object({
  key: z.string(),
  value: z.unknown(),
  /** `default`, `file`, `environment` or `flag`. */
  source: z.enum(['default', 'file', 'environment', 'flag']),
  /** The file, variable or flag; null for a default. */
  source_name: z.string().nullable(),
});
export type SettingView = z.infer<typeof settingView>;

export const attachmentView = z.object({
  command: z.array(z.string()),
  read_only: z.boolean(),
});
export type AttachmentView = z.infer<typeof attachmentView>;

export const jobLogView = z.object({
  job_id: z.string(),
  attempt: z.int(),
  /** The newest part; an older one may lie beside it. */
  path: z.string(),
  bytes: z.int(),
  /** At its beginning, gave way to newer output. */
  dropped_bytes: z.int(),
});
export type JobLogView = z.infer<typeof jobLogView>;

export const jobRecordingView = z.object({
  job_id: z.string(),
  attempt: z.int(),
  /** The file that was written; null when none was asked for. */
  path: z.string().nullable(),
  format: z.literal('asciicast-v3'),
  started_at: z.iso.datetime(),
  duration_ms: z.int(),
  columns: z.int(),
  rows: z.int(),
  /** False when nothing is known of its times: there was no Perl. */
  timed: z.boolean(),
  dropped_bytes: z.int(),
  markers: z.array(z.object({ at_ms: z.int(), label: z.string() })),
});
export type JobRecordingView = z.infer<typeof jobRecordingView>;

export const recordingView = z.object({
  job_id: z.string(),
  attempt: z.int(),
  /** More than one where the attempts share a conversation. */
  attempts: z.int(),
  session_id: z.string(),
  path: z.string(),
  bytes: z.int(),
  /** Its agent lives and writes to it. */
  growing: z.boolean(),
  ended_at: z.iso.datetime().nullable(),
});
export type RecordingView = z.infer<typeof recordingView>;

export const prunedView = z.object({
  removed: z.array(recordingView),
  removed_bytes: z.int(),
  /** Of ended attempts. */
  kept_bytes: z.int(),
  dry_run: z.boolean(),
});
export type PrunedView = z.infer<typeof prunedView>;

export const jobOutputView = z.object({
  job_id: z.string(),
  output_path: z.string().nullable(),
  output: z.string(),
});
export type JobOutputView = z.infer<typeof jobOutputView>;

/** What every command prints with `--json` when it fails. */
export const failureView = z.object({
  error: z.object({ code: z.string(), message: z.string(), todo: z.string().nullable() }),
});
export type FailureView = z.infer<typeof failureView>;
