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

export const jobLogView = z.object({ path: z.string(), bytes: z.int() });
export type JobLogView = z.infer<typeof jobLogView>;

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
