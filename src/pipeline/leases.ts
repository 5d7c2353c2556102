import type { Row, Sql, SqlValue, Store, WriteSql } from '../store/index.ts';
import { appendEvent, changeExecution } from './change-execution.ts';
import { HoldLostError } from './errors.ts';
import { begin, type StoredExecution } from './execution-state.ts';
import { findDeadOwners } from './lease-owner.ts';
import { toSite } from './rows.ts';
import type { Site } from './site.ts';

/**
 * The right to write about an execution, or about the destruction of a site: it holds while the
 * row names this owner and this fence, which grows with every lease.
 */
export interface Hold {
  readonly table: 'executions' | 'sites';
  readonly id: string;
  readonly owner: string;
  readonly fence: number;
}

export interface Claim {
  readonly owner: string;
  readonly now: number;
  readonly leaseMs: number;
  /** What is done here now; its lease may have run out, and is renewed. */
  readonly held: readonly string[];
  /** Of this session and no other; undefined claims whatever comes next. */
  readonly only: string | undefined;
}

/**
 * Whether there may be something to lease, or to end. Asked first at each look: a claim takes the
 * database's one lock, and looks follow every commit of every job.
 */
export async function isAnythingDue(
  store: Store,
  { owner, now }: Pick<Claim, 'owner' | 'now'>,
  signal: AbortSignal,
): Promise<boolean> {
  const query = `SELECT 1 AS due FROM executions WHERE status IN ('queued', 'running')
      AND (lease_owner IS NULL OR lease_owner <> $2 OR lease_until < $1)
    UNION ALL SELECT 1 AS due FROM sites WHERE destroyed_at IS NULL
      AND (expires_at <= $1 OR (status = 'destroying'
        AND (lease_owner IS NULL OR lease_owner <> $2 OR lease_until < $1))) LIMIT 1`;
  const rows = await store.read(async (sql) => await sql.all(query, [now, owner]), signal);
  return rows.length > 0;
}

/**
 * Lease the oldest execution that may be done: one of a session at a time, those first that were
 * begun. One of a site that is being destroyed is leased only to be cancelled.
 */
export async function claimExecution(
  store: Store,
  claim: Claim,
  signal: AbortSignal,
): Promise<Hold | undefined> {
  const dead = await deadOwnersIn(store, 'executions', signal);
  return await store.write(async (sql) => {
    const values: SqlValue[] = [claim.now];
    const list = listInto(values);
    const [row] = await sql.all(
      `SELECT e.id AS id, e.status AS status FROM executions e JOIN sites s ON s.session_id = e.session_id
       WHERE e.status IN ('queued', 'running') AND ${isFree('e', list(dead))}
         AND e.id NOT IN (${list(claim.held)})
         AND (s.status NOT IN ('destroying', 'destroyed') OR e.cancel_requested_at IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM executions o
           WHERE o.session_id = e.session_id AND o.id <> e.id AND (o.status = 'running'
             OR (o.status = 'queued' AND (o.created_at, o.id) < (e.created_at, e.id)
               AND e.status = 'queued')))
         ${claim.only === undefined ? '' : `AND e.session_id = ${list([claim.only])}`}
       ORDER BY e.created_at, e.id LIMIT 1 ${store.claimClause}`,
      values,
    );
    if (row === undefined) return undefined;
    const hold = await take(sql, { table: 'executions', key: 'id', id: String(row['id']) }, claim);
    const isNew = row['status'] === 'queued';
    const { sessionId, kind } = await changeExecution(sql, hold.id, (execution) =>
      isNew ? begin(execution, claim.now) : execution,
    );
    await appendEvent(sql, {
      sessionId,
      kind: isNew ? 'execution.started' : 'execution.taken-over',
      at: claim.now,
      data: { execution_id: hold.id, kind },
    });
    return hold;
  }, signal);
}

/** Lease a site that is to be destroyed now: none of its executions runs any more. */
export async function claimDestruction(
  store: Store,
  claim: Claim,
  signal: AbortSignal,
): Promise<Hold | undefined> {
  const dead = await deadOwnersIn(store, 'sites', signal);
  return await store.write(async (sql) => {
    const values: SqlValue[] = [claim.now];
    const list = listInto(values);
    const [row] = await sql.all(
      `SELECT s.session_id AS id FROM sites s
       WHERE s.status = 'destroying' AND s.destroyed_at IS NULL AND ${isFree('s', list(dead))}
         AND s.session_id NOT IN (${list(claim.held)})
         AND coalesce(s.destroy_at, 0) <= $1
         AND NOT EXISTS (SELECT 1 FROM executions e
           WHERE e.session_id = s.session_id AND e.status IN ('queued', 'running'))
         ${claim.only === undefined ? '' : `AND s.session_id = ${list([claim.only])}`}
       ORDER BY s.created_at, s.session_id LIMIT 1 ${store.claimClause}`,
      values,
    );
    if (row === undefined) return undefined;
    return await take(sql, { table: 'sites', key: 'session_id', id: String(row['id']) }, claim);
  }, signal);
}

export interface HeldWrite {
  readonly change?: (execution: StoredExecution) => StoredExecution;
  /** Written with it; gets the execution as it is after the change. */
  readonly also?: (sql: WriteSql, execution: StoredExecution) => Promise<void>;
}

/**
 * Change an execution that is held here, and whatever belongs to that, in one transaction.
 *
 * @throws {HoldLostError} another runner holds it now; nothing was written.
 */
export async function writeHeld(
  store: Store,
  hold: Hold,
  { change = (one) => one, also }: HeldWrite,
  signal: AbortSignal,
): Promise<StoredExecution> {
  return await store.write(async (sql) => {
    await checkHold(sql, hold);
    const execution = await changeExecution(sql, hold.id, change);
    await also?.(sql, execution);
    return execution;
  }, signal);
}

/** @throws {HoldLostError} */
export async function checkHold(sql: Sql, { table, id, owner, fence }: Hold): Promise<Row> {
  const key = table === 'sites' ? 'session_id' : 'id';
  const [row] = await sql.all(
    `SELECT * FROM ${table} WHERE ${key} = $1 AND lease_owner = $2 AND fence = $3`,
    [id, owner, fence],
  );
  if (row === undefined) throw new HoldLostError(id);
  return row;
}

/** The site whose destruction is held. @throws {HoldLostError} */
export async function heldSite(sql: Sql, hold: Hold): Promise<Site> {
  return toSite(await checkHold(sql, hold));
}

/** Extend what an owner holds; resolves with the ids that it still has. */
export async function renewHolds(
  store: Store,
  holds: readonly Hold[],
  { owner, until }: { readonly owner: string; readonly until: number },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  return await store.write(async (sql) => {
    const kept = new Set<string>();
    for (const { table, id, fence } of holds) {
      const key = table === 'sites' ? 'session_id' : 'id';
      const renewed = await sql.run(
        `UPDATE ${table} SET lease_until = $1 WHERE ${key} = $2 AND lease_owner = $3 AND fence = $4`,
        [until, id, owner, fence],
      );
      if (renewed > 0) kept.add(id);
    }
    return kept;
  }, signal);
}

/** Give up what is held, so that the next runner need not wait. */
export async function releaseHold(store: Store, hold: Hold): Promise<void> {
  const key = hold.table === 'sites' ? 'session_id' : 'id';
  await store.write(
    async (sql) =>
      await sql.run(
        `UPDATE ${hold.table} SET lease_owner = NULL, lease_until = NULL
         WHERE ${key} = $1 AND lease_owner = $2 AND fence = $3`,
        [hold.id, hold.owner, hold.fence],
      ),
    // The last word of a runner that was told to stop: its own signal is aborted already.
    new AbortController().signal,
  );
}

interface Place {
  readonly table: Hold['table'];
  readonly key: string;
  readonly id: string;
}

async function take(sql: Sql, { table, key, id }: Place, claim: Claim): Promise<Hold> {
  const [row] = await sql.all(
    `UPDATE ${table} SET lease_owner = $1, lease_until = $2, fence = fence + 1
     WHERE ${key} = $3 RETURNING fence`,
    [claim.owner, claim.now + claim.leaseMs, id],
  );
  return { table, id, owner: claim.owner, fence: Number(row?.['fence']) };
}

/** `$1` is the time now. */
function isFree(alias: string, deadList: string): string {
  const owner = `${alias}.lease_owner`;
  return `(${owner} IS NULL OR ${alias}.lease_until < $1 OR ${owner} IN (${deadList}))`;
}

function listInto(values: SqlValue[]): (items: readonly string[]) => string {
  return (items) => items.map((item) => `$${values.push(item)}`).join(', ') || `''`;
}

async function deadOwnersIn(
  store: Store,
  table: Hold['table'],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const query = `SELECT DISTINCT lease_owner FROM ${table} WHERE lease_owner IS NOT NULL`;
  const rows = await store.read(async (sql) => await sql.all(query), signal);
  return await findDeadOwners(rows.map((row) => String(row['lease_owner'])));
}
