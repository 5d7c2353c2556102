import { CodedError, isRunning, ownIdentity, type ProcessIdentity } from '../base/index.ts';
import type { Row, Sql, Store } from '../store/index.ts';

/** The right to start or end a session's main agent; no job gets it meanwhile. */
export interface MainAgentHold extends AsyncDisposable {
  /** @throws {CodedError} `session.agent-busy`: it is lost, because the session was moved. */
  check(): Promise<void>;
}

const never = new AbortController().signal;

/**
 * Keep jobs, and every other process, from a session's main agent until disposed. A process that
 * dies holds nothing.
 *
 * @throws {CodedError} `session.agent-busy` while a job works with it or somebody else holds it.
 */
export async function holdMainAgent(
  store: Store,
  session: { readonly id: string; readonly name: string },
  signal: AbortSignal,
): Promise<MainAgentHold> {
  const self = await ownIdentity();
  const ours = [session.id, self.pid, self.startTime] as const;
  await store.write(async (sql) => {
    const [job] = await sql.all(
      `SELECT id FROM jobs WHERE session_id = $1 AND mode = 'persistent'
         AND status IN ('leased', 'running') LIMIT 1`,
      [session.id],
    );
    if (job !== undefined) throw busyWith(session, String(job['id']));
    const [held] = await holders(sql, session.id);
    if (held !== undefined) throw heldBy(session, held.pid);
    await sql.run(
      `UPDATE sessions SET busy_pid = $2, busy_start = $3, row_version = row_version + 1
       WHERE id = $1 AND status = 'active'`,
      ours,
    );
  }, signal);
  const isOurs = async (sql: Sql): Promise<boolean> =>
    (
      await sql.all(
        `SELECT id FROM sessions WHERE id = $1 AND busy_pid = $2 AND busy_start = $3
         AND status = 'active'`,
        ours,
      )
    ).length > 0;
  return {
    check: async () => {
      if (!(await store.read(isOurs, never))) throw heldBy(session, undefined);
    },
    [Symbol.asyncDispose]: async () => {
      await store.write(
        async (sql) =>
          await sql.run(
            `UPDATE sessions SET busy_pid = NULL, busy_start = NULL
             WHERE id = $1 AND busy_pid = $2 AND busy_start = $3 AND status = 'active'`,
            ours,
          ),
        never,
      );
    },
  };
}

/** Sessions whose main agent a living process holds. */
export async function heldSessions(sql: Sql): Promise<readonly string[]> {
  return (await holders(sql)).map(({ sessionId }) => sessionId);
}

interface Holder extends ProcessIdentity {
  readonly sessionId: string;
}

async function holders(sql: Sql, sessionId?: string): Promise<readonly Holder[]> {
  const rows = await sql.all(
    `SELECT id, busy_pid, busy_start FROM sessions WHERE busy_pid IS NOT NULL
     ${sessionId === undefined ? '' : 'AND id = $1'}`,
    sessionId === undefined ? [] : [sessionId],
  );
  const found = rows.map(toHolder);
  const alive = await Promise.all(found.map(isRunning));
  return found.filter((_one, index) => alive[index]);
}

function toHolder(row: Row): Holder {
  return {
    sessionId: String(row['id']),
    pid: Number(row['busy_pid']),
    startTime: String(row['busy_start']),
  };
}

function busyWith({ id, name }: { readonly id: string; readonly name: string }, jobId: string) {
  return new CodedError('session.agent-busy', `The main agent of ${name} works on job ${jobId}.`, {
    facts: { sessionId: id, jobId },
    todo: `Wait for it or cancel it: tmux-builder job cancel ${jobId}`,
  });
}

function heldBy(
  { id, name }: { readonly id: string; readonly name: string },
  pid: number | undefined,
) {
  const who = pid === undefined ? 'Somebody else' : `Process ${pid}`;
  return new CodedError('session.agent-busy', `${who} starts or ends the main agent of ${name}.`, {
    facts: { sessionId: id, pid },
    todo: 'Wait until that is done, then try again',
  });
}
