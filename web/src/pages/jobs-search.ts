import { z } from 'zod';
import { type JobFilter, jobFilter } from '../../../src/contract/index.ts';

const statusSchema = z.enum([
  'queued',
  'leased',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
  'skipped',
]);
export type JobStatus = z.infer<typeof statusSchema>;

/** In a URL `123` is read as a number. */
const words = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
  z.string().max(200).optional(),
);

/** What the board is narrowed to, as it stands in the URL. What makes no sense is left out. */
export const jobsSearch = z.object({
  status: z.array(statusSchema).max(8).optional().catch(undefined),
  session: words.catch(undefined),
  agent: words.catch(undefined),
  mode: z.enum(['one-shot', 'persistent']).optional().catch(undefined),
  text: words.catch(undefined),
});
export type JobsSearch = z.infer<typeof jobsSearch>;

export function toFilter({ status, session, agent, mode, text }: JobsSearch): JobFilter {
  const filter = {
    ...(status === undefined || status.length === 0 ? {} : { status }),
    ...(session === undefined ? {} : { session_id: session }),
    ...(agent === undefined ? {} : { agent }),
    ...(mode === undefined ? {} : { mode }),
    ...(text === undefined || text.trim() === '' ? {} : { text: text.trim() }),
  };
  // A session's id typed by hand may be no id at all.
  const read = jobFilter.safeParse(filter);
  return read.success ? read.data : { ...filter, session_id: undefined };
}
