import { z } from 'zod';
import { roleSchema } from './route.ts';

const time = z.iso.datetime();

export const userView = z.object({
  user_id: z.string(),
  name: z.string(),
  role: roleSchema,
  is_disabled: z.boolean(),
  has_password: z.boolean(),
  created_at: time,
  last_seen_at: time.nullable(),
});
export type UserView = z.infer<typeof userView>;

/** Who is logged in and by what. */
export const meView = z.object({
  user: userView,
  /** What counts here: the smaller of the user's role and the token's. */
  role: roleSchema,
  via: z.enum(['login', 'token']),
  expires_at: time.nullable(),
});
export type MeView = z.infer<typeof meView>;

export const loginView = z.object({
  login_id: z.string(),
  user_id: z.string(),
  created_at: time,
  last_seen_at: time,
  expires_at: time,
  /** Browser and address, as they were at the login. */
  agent: z.string().nullable(),
  address: z.string().nullable(),
  is_this: z.boolean(),
});
export type LoginView = z.infer<typeof loginView>;

export const tokenView = z.object({
  token_id: z.string(),
  user_id: z.string(),
  name: z.string(),
  role: roleSchema,
  /** The only session it is for; null for all that its user may use. */
  session_id: z.string().nullable(),
  created_at: time,
  expires_at: time.nullable(),
  last_used_at: time.nullable(),
});
export type TokenView = z.infer<typeof tokenView>;

/** The one time that the token itself is shown. */
export const newTokenView = tokenView.extend({ token: z.string() });

/** A person with a role in a session that is not theirs. */
export const memberView = z.object({
  user_id: z.string(),
  name: z.string(),
  role: z.enum(['viewer', 'operator']),
});
export type MemberView = z.infer<typeof memberView>;

/** One line of the audit log. `hash` covers the line and the hash of the line before it. */
export const auditView = z.object({
  sequence: z.int(),
  at: time,
  /** `login.succeeded`, `terminal.attached`, `job.cancel`, ... */
  action: z.string(),
  user_id: z.string().nullable(),
  user_name: z.string().nullable(),
  /** Address it came from; null for the command line. */
  address: z.string().nullable(),
  /** What it was done to: a job's, session's, agent's or user's id. */
  subject: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
});
export type AuditView = z.infer<typeof auditView>;

export const auditCheckView = z.object({
  is_whole: z.boolean(),
  entries: z.int(),
  /** The first entry that is not as it was written; null when all are. */
  broken_at: z.int().nullable(),
  detail: z.string(),
});
export type AuditCheckView = z.infer<typeof auditCheckView>;
