import { CodedError, type Ids } from '../base/index.ts';
import type { WriteSql } from '../store/index.ts';
import { appendEvent, changeExecution, insertExecution } from './change-execution.ts';
import { newExecution } from './create-site.ts';
import { siteGone } from './errors.ts';
import type { ExecutionKind, StepName } from './execution.ts';
import * as state from './execution-state.ts';
import { getExecutionIn, getSiteIn, listExecutionsIn } from './find-sites.ts';
import type { Site } from './site.ts';

type StoredExecution = state.StoredExecution;

/**
 * Ask for the end of an execution. One that waits ends at once; the runner of one that runs stops
 * it. One that ended stays as it is.
 */
export async function requestCancel(
  sql: WriteSql,
  id: string,
  now: number,
): Promise<StoredExecution> {
  const found = await getExecutionIn(sql, id);
  if (!state.isOpen(found) || found.cancelRequestedAt !== undefined) return found;
  if (found.status === 'running') {
    return await changeExecution(sql, found.id, (one) => ({ ...one, cancelRequestedAt: now }));
  }
  return await endCancelled(sql, found.id, now);
}

/** Write down that an execution ended because somebody asked for it. */
export async function endCancelled(
  sql: WriteSql,
  id: string,
  now: number,
): Promise<StoredExecution> {
  const ended = await changeExecution(sql, id, (one) => state.cancel(one, now));
  await recordEnd(sql, ended, now);
  return ended;
}

/** The event of an execution's end, and what it means for a site that was never live. */
export async function recordEnd(
  sql: WriteSql,
  { id, sessionId, status, error }: StoredExecution,
  at: number,
): Promise<void> {
  if (status !== 'succeeded') {
    const update = `UPDATE sites SET status = 'failed' WHERE session_id = $1 AND status = 'building'`;
    await sql.run(update, [sessionId]);
  }
  const data = { execution_id: id, status, error: error ?? null };
  await appendEvent(sql, { sessionId, kind: 'execution.ended', at, data });
}

export type StepWish = 'retry' | 'skip' | 'rerun';

/**
 * Begin a step again, or go on without it.
 *
 * @throws {CodedError} `execution.not-newest`, `execution.not-ended`, `execution.wrong-step`,
 * `execution.not-skippable`, `site.destroyed`.
 */
export async function steerStep(
  sql: WriteSql,
  { id, step, wish, now }: { id: string; step: StepName; wish: StepWish; now: number },
): Promise<StoredExecution> {
  const found = await getExecutionIn(sql, id);
  await getUsableSite(sql, found.sessionId);
  const [newest] = await listExecutionsIn(sql, found.sessionId, 1);
  if (newest !== undefined && newest.id !== found.id) throw notNewest(found.id, newest.id);
  const change = {
    retry: (one: StoredExecution) => state.retryStep(one, step),
    skip: (one: StoredExecution) => state.skipStep(one, step, now),
    rerun: (one: StoredExecution) => state.rerunFrom(one, step),
  }[wish];
  const after = await changeExecution(sql, found.id, change);
  const { sessionId } = found;
  if (wish === 'skip') {
    const data = { execution_id: found.id, step, status: 'skipped' };
    await appendEvent(sql, { sessionId, kind: 'step.ended', at: now, data });
  }
  if (after.status === 'queued' && found.status !== 'queued') {
    await buildAgain(sql, sessionId);
    const data = { execution_id: found.id, kind: found.kind, step, reason: wish };
    await appendEvent(sql, { sessionId, kind: 'execution.queued', at: now, data });
  }
  return after;
}

/**
 * Queue another passage of a site. A redeployment that waits already is the one that was asked
 * for: it publishes what is there when it begins.
 *
 * @throws {CodedError} `site.not-found`, `site.destroyed`, `site.no-release`.
 */
export async function queueExecution(
  sql: WriteSql,
  wish: {
    readonly sessionId: string;
    readonly kind: Exclude<ExecutionKind, 'create'>;
    readonly releaseId?: string;
    readonly now: number;
  },
  ids: Ids,
): Promise<StoredExecution> {
  const { sessionId, kind, releaseId } = wish;
  await getUsableSite(sql, sessionId);
  if (releaseId !== undefined) await requireRelease(sql, sessionId, releaseId);
  const [newest] = await listExecutionsIn(sql, sessionId, 1);
  const isSame = newest?.kind === kind && newest.releaseId === releaseId;
  if (newest?.status === 'queued' && isSame) return newest;
  const execution = newExecution({ id: ids.next('exe'), ...wish });
  await insertExecution(sql, execution);
  await buildAgain(sql, sessionId);
  return execution;
}

/** A site that was never live may become so now. */
async function buildAgain(sql: WriteSql, sessionId: string): Promise<void> {
  const update = `UPDATE sites SET status = 'building' WHERE session_id = $1 AND status = 'failed'`;
  await sql.run(update, [sessionId]);
}

/** @throws {CodedError} `site.not-found`, `site.destroyed`: it is, or is about to be. */
async function getUsableSite(sql: WriteSql, sessionId: string): Promise<Site> {
  const site = await getSiteIn(sql, sessionId);
  if (site.status === 'destroying' || site.status === 'destroyed') {
    throw siteGone(sessionId, site.status);
  }
  return site;
}

async function requireRelease(sql: WriteSql, sessionId: string, releaseId: string): Promise<void> {
  const query = 'SELECT id FROM releases WHERE session_id = $1 AND id = $2 AND live_at IS NOT NULL';
  if ((await sql.all(query, [sessionId, releaseId])).length > 0) return;
  throw new CodedError('site.no-release', `Release ${releaseId} of ${sessionId} was never live.`, {
    facts: { sessionId, releaseId },
    todo: `List those that were: tmux-builder site releases ${sessionId}`,
  });
}

function notNewest(id: string, newestId: string): CodedError {
  return new CodedError('execution.not-newest', `Execution ${id} is not the newest of its site.`, {
    facts: { executionId: id, newestId },
    todo: `Take the newest one, ${newestId}, or begin another: tmux-builder site redeploy`,
  });
}
