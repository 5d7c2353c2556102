import { CodedError } from '../base/index.ts';
import type { AppContext } from './context.ts';

/** A request that is to be done at most once. */
export interface KeyedRequest {
  readonly userId: string;
  /** Chosen by the client; counts among those of one user. */
  readonly key: string;
  /** Name of the route. */
  readonly route: string;
  /** Of everything that was asked for. */
  readonly digest: string;
}

export interface KeptReply {
  /** What JSON holds. */
  readonly reply: unknown;
}

const KEEP_MS = 24 * 3_600_000;
/** The status with which a kept reply is given. */
const REPEATED = 200;

/**
 * Find the reply to a request that was done before.
 *
 * @throws {CodedError} `request.key-reused` when the key belongs to another request.
 */
export async function findReply(
  { store, clock }: AppContext,
  { userId, key, digest }: KeyedRequest,
  signal: AbortSignal,
): Promise<KeptReply | undefined> {
  const sql = `SELECT digest, reply FROM idempotent_requests
    WHERE user_id = $1 AND key = $2 AND created_at > $3`;
  const oldest = clock.now() - KEEP_MS;
  const [row] = await store.read(async (db) => await db.all(sql, [userId, key, oldest]), signal);
  if (row === undefined) return undefined;
  if (row['digest'] === digest) return { reply: JSON.parse(String(row['reply'])) };
  throw new CodedError('request.key-reused', 'This Idempotency-Key belongs to another request.', {
    facts: { key },
    todo: 'Use a new key for a new request',
  });
}

/** Keep the reply for 24 hours, and let go of older ones. */
export async function keepReply(
  { store, clock }: AppContext,
  { userId, key, route, digest }: KeyedRequest,
  { reply }: KeptReply,
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now();
  const values = [userId, key, route, digest, REPEATED, JSON.stringify(reply ?? null), now];
  await store.write(async (db) => {
    await db.run('DELETE FROM idempotent_requests WHERE created_at <= $1', [now - KEEP_MS]);
    await db.run(
      `INSERT INTO idempotent_requests
         (user_id, key, route, digest, status, reply, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      values,
    );
  }, signal);
}
