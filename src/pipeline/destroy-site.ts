import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError } from '../base/index.ts';
import type { Store } from '../store/index.ts';
import { completeSpec } from './complete-spec.ts';
import { recordDestroyed, recordDestroyFailed } from './destroy-state.ts';
import { HoldLostError } from './errors.ts';
import { stepNames } from './execution.ts';
import { checkHold, heldSite, type Hold } from './leases.ts';
import { releasesDir } from './release-files.ts';
import { toStepError } from './run-execution.ts';
import type { PipelineTools } from './tools.ts';

/**
 * Remove everything of a site whose destruction is held here. What goes wrong is written down, and
 * tried again later.
 *
 * @throws {HoldLostError}; `signal.reason` when aborted; errors of the store.
 */
export async function destroySite(
  { store, clock, log, dataDir, deployer }: PipelineTools,
  hold: Hold,
  signal: AbortSignal,
): Promise<void> {
  const site = await store.read(async (sql) => await heldSite(sql, hold), signal);
  const { sessionId, spec } = site;
  const note = ({ text }: { readonly text: string }): void =>
    log.info('a site is being destroyed', { sessionId, text });
  try {
    // Nobody has to be logged in at a provider where nothing was ever made.
    if (await wasDeployed(store, sessionId, signal)) {
      const doer = await deployer(spec.provider);
      await doer.destroy(doer.plan(completeSpec(spec)), note, signal);
    }
    await rm(dirname(releasesDir(dataDir, sessionId)), { recursive: true, force: true });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HoldLostError) throw error;
    if (!(error instanceof CodedError)) log.error('a site was not destroyed', { sessionId, error });
    await store.write(async (sql) => {
      await checkHold(sql, hold);
      const at = clock.now();
      await recordDestroyFailed(sql, { sessionId, error: toStepError(error), at });
    }, signal);
    return;
  }
  await store.write(async (sql) => {
    await checkHold(sql, hold);
    await recordDestroyed(sql, sessionId, clock.now());
  }, signal);
}

/** Whether a deployment was ever begun: then something of it may be there. */
async function wasDeployed(store: Store, sessionId: string, signal: AbortSignal): Promise<boolean> {
  const query = `SELECT 1 AS found FROM steps s JOIN executions e ON e.id = s.execution_id
    WHERE e.session_id = $1 AND s.number = $2 AND s.attempts > 0 LIMIT 1`;
  const number = stepNames.indexOf('deploy') + 1;
  const rows = await store.read(async (sql) => await sql.all(query, [sessionId, number]), signal);
  return rows.length > 0;
}
