import type { Session } from '../sessions/index.ts';
import type { AppContext } from './context.ts';

const DEFAULT_NAME = 'default';
const META_KEY = 'default_session';

/** The session a job goes to; without a wish the default one, made when it is missing. */
export async function resolveSession(
  ctx: AppContext,
  wish: string | undefined,
  signal: AbortSignal,
): Promise<Session> {
  if (wish !== undefined) return await ctx.sessions.getActive(wish, signal);
  const known = await readDefault(ctx, signal);
  const found = known === undefined ? undefined : await ctx.sessions.find(known, signal);
  if (found?.status === 'active') return found;
  const { sessions, config } = ctx;
  const made = await sessions.create({ name: DEFAULT_NAME, userId: config.userId }, signal);
  const winner = await claimDefault(ctx, { before: known, id: made.id }, signal);
  if (winner === made.id) return made;
  // Another program made one at the same moment: names may repeat, the default must not.
  await sessions.archive(made.id, signal);
  await sessions.delete(made.id, signal);
  return await sessions.getActive(winner, signal);
}

async function readDefault(
  { store }: AppContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [row] = await store.read(
    async (sql) => await sql.all('SELECT value FROM meta WHERE key = $1', [META_KEY]),
    signal,
  );
  return row === undefined ? undefined : String(row['value']);
}

/** Name the default session unless somebody else did since; resolves with whose it is. */
async function claimDefault(
  { store }: AppContext,
  { before, id }: { readonly before: string | undefined; readonly id: string },
  signal: AbortSignal,
): Promise<string> {
  return await store.write(async (sql) => {
    const [row] = await sql.all(
      `INSERT INTO meta (key, value) VALUES ($1, $2)
       ON CONFLICT (key) DO UPDATE SET value = CASE WHEN meta.value = $3 THEN $2 ELSE meta.value END
       RETURNING value`,
      [META_KEY, id, before ?? ''],
    );
    return String(row?.['value']);
  }, signal);
}
