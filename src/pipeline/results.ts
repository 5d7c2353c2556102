import type { Sql } from '../store/index.ts';
import type { Execution } from './execution.ts';

/** What a step left, of this execution or of the newest before it, as JSON. */
export async function resultTextIn(
  sql: Sql,
  { sessionId, createdAt, id }: Pick<Execution, 'sessionId' | 'createdAt' | 'id'>,
  number: number,
): Promise<string | undefined> {
  const [row] = await sql.all(
    `SELECT steps.result AS result FROM steps JOIN executions e ON e.id = steps.execution_id
     WHERE e.session_id = $1 AND (e.created_at, e.id) <= ($2, $3)
       AND steps.number = $4 AND steps.status = 'succeeded'
     ORDER BY e.created_at DESC, e.id DESC LIMIT 1`,
    [sessionId, createdAt, id, number],
  );
  return row === undefined ? undefined : String(row['result']);
}
