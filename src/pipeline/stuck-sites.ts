import { type AddValue, type Visibility, visibleCondition } from '../sessions/index.ts';
import type { Sql, SqlValue } from '../store/index.ts';
import type { StepError } from './execution.ts';
import { readError } from './rows.ts';

/** A site that goes on only when somebody does something. */
export interface StuckSite {
  readonly sessionId: string;
  readonly name: string;
  /** Its newest execution failed; or it could not be destroyed, and is still billed. */
  readonly kind: 'failed' | 'not-destroyed';
  readonly executionId: string;
  readonly error: StepError;
  /** Wall time in ms of the end of its newest execution. */
  readonly at: number;
}

/** List them, those that failed last first. */
export async function listStuckSites(
  sql: Sql,
  { visibleTo, limit }: { readonly visibleTo: Visibility; readonly limit: number },
): Promise<readonly StuckSite[]> {
  const values: SqlValue[] = [];
  const add: AddValue = (value) => `$${values.push(value)}`;
  const visible = visibleCondition(visibleTo, { column: 'sites.session_id' }, add);
  const rows = await sql.all(
    `SELECT sites.session_id AS session_id, sessions.name AS name, sites.status AS status,
       e.id AS execution_id, coalesce(e.ended_at, e.created_at) AS at,
       CASE WHEN sites.status = 'destroying' THEN sites.error_code ELSE e.error_code END AS error_code,
       CASE WHEN sites.status = 'destroying' THEN sites.error_message ELSE e.error_message END
         AS error_message,
       CASE WHEN sites.status = 'destroying' THEN sites.error_todo ELSE e.error_todo END AS error_todo
     FROM sites JOIN sessions ON sessions.id = sites.session_id
       JOIN executions e ON e.session_id = sites.session_id
     WHERE sites.destroyed_at IS NULL
       AND (e.status = 'failed' OR sites.status = 'destroying')
       AND (sites.status <> 'destroying' OR sites.error_code IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM executions o WHERE o.session_id = e.session_id
         AND (o.created_at, o.id) > (e.created_at, e.id))
       ${visible === undefined ? '' : `AND ${visible}`}
     ORDER BY at DESC, sites.session_id DESC LIMIT ${add(limit)}`,
    values,
  );
  return rows.flatMap((row) => {
    const error = readError(row);
    if (error === undefined) return [];
    return {
      sessionId: String(row['session_id']),
      name: String(row['name']),
      kind: row['status'] === 'destroying' ? 'not-destroyed' : 'failed',
      executionId: String(row['execution_id']),
      error,
      at: Number(row['at']),
    };
  });
}
