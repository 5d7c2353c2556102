import { z } from 'zod';

/** What pages keep in their URLs; what is not understood there is left out. */
const text = z.string().max(1_000).optional().catch(undefined);

export const sessionTabs = ['chat', 'files', 'jobs', 'usage', 'members', 'settings'] as const;
export type SessionTab = (typeof sessionTabs)[number];

export const sessionsSearch = z.object({
  status: z.enum(['active', 'archived']).optional().catch(undefined),
  /** The dialog for a new one is open. */
  create: z.boolean().optional().catch(undefined),
});

export const sessionSearch = z.object({
  tab: z.enum(sessionTabs).optional().catch(undefined),
  /** Files: the directory; and the file that is looked at. */
  path: text,
  file: text,
  /** Jobs: the one that is shown. */
  job: text,
  /** Usage: what a line stands for. */
  by: z.enum(['model', 'day', 'job']).optional().catch(undefined),
});

export const allUsageKinds = ['day', 'session', 'model', 'agent', 'job'] as const;

export const usageSearch = z.object({ by: z.enum(allUsageKinds).optional().catch(undefined) });

export const auditSearch = z.object({ action: text, user_id: text, subject: text });
