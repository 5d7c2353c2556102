import {
  reportUsage as report,
  type Total,
  totalOf,
  type UsageGroup,
  type UsageReport,
} from '../jobs/index.ts';
import type { AppContext } from './context.ts';

export interface UsageInput {
  readonly by: UsageGroup;
  /** Id or name; left out: all sessions. */
  readonly session?: string | undefined;
  /** Wall time in ms: attempts that began before it are left out. */
  readonly since?: number | undefined;
}

/** Add up what attempts used, by job, session, model, agent, or day of this machine's clock. */
export async function reportUsage(
  { store, sessions }: AppContext,
  { by, session, since }: UsageInput,
  signal: AbortSignal,
): Promise<UsageReport> {
  const sessionId = session === undefined ? undefined : (await sessions.get(session, signal)).id;
  const format = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short' });
  const dayOf = (at: number): string => format.format(at);
  return await report(store, { by, sessionId, since, dayOf }, signal);
}

/** What all jobs of each session used; sessions that used nothing are left out. */
export async function usageBySession(
  ctx: AppContext,
  session: string | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Total>> {
  const { lines } = await reportUsage(ctx, { by: 'session', session }, signal);
  return new Map(lines.map(({ key, total }) => [key, total]));
}

export const nothingUsed: Total = totalOf([]);
