import type { Session } from '../sessions/index.ts';
import type { AppContext } from './context.ts';

const DEFAULT_NAME = 'default';

/** The session a job goes to; without a wish the one called `default`, made when it is missing. */
export async function resolveSession(
  { sessions, config }: AppContext,
  wish: string | undefined,
  signal: AbortSignal,
): Promise<Session> {
  if (wish !== undefined) return await sessions.getActive(wish, signal);
  const found = await sessions.find(DEFAULT_NAME, signal);
  if (found?.status === 'active') return found;
  return await sessions.create({ name: DEFAULT_NAME, userId: config.userId }, signal);
}
