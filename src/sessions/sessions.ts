import { rename } from 'node:fs/promises';
import { type Clock, type Ids, type Log, ownIdentity } from '../base/index.ts';
import { hasCode } from '../base/index.ts';
import type { Store, WriteSql } from '../store/index.ts';
import {
  type Budget,
  type BudgetChange,
  budgetColumns,
  budgetOf,
  changeBudget,
  noBudget,
} from './budget.ts';
import { SessionNotFoundError, SessionStatusError } from './errors.ts';
import { findSession, listSessions, type SessionPage, type SessionQuery } from './find-session.ts';
import {
  finishMove,
  type MoveKind,
  moveOf,
  moveSession,
  type MoveTools,
  refuseWithJobs,
  refuseWithSite,
} from './move-session.ts';
import type { Session } from './session.ts';
import { checkName } from './session-name.ts';
import {
  hasSessionFolders,
  makeSessionFolders,
  removeDirectory,
  type Rename,
  SessionPaths,
} from './session-paths.ts';
import { type SessionRow, toSessionRow } from './session-rows.ts';
import { type Health, writeHealthFile, writeJobQueue, writeMetadata } from './snapshots.ts';

export interface SessionsOptions {
  readonly store: Store;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** How a directory is moved; fault tests stop it. */
  readonly rename?: Rename;
}

export interface NewSession {
  /** Need not be unique. Left out: a name made from the id. */
  readonly name?: string | undefined;
  readonly userId: string;
  readonly agent?: string | undefined;
  readonly concurrency?: number | undefined;
  readonly budget?: Budget | undefined;
  /** What is to be there with the session or not at all: written in its transaction. */
  readonly alongside?: ((sql: WriteSql, session: Session) => Promise<void>) | undefined;
}

/** Open the sessions of a data directory and finish the moves whose doers died. */
export async function openSessions(
  { store, dataDir, clock, ids, log, rename: move = rename }: SessionsOptions,
  signal: AbortSignal,
): Promise<Sessions> {
  const self = await ownIdentity();
  const paths = new SessionPaths(dataDir);
  const sessions = new Sessions({ store, paths, clock, self, rename: move }, ids, log);
  await sessions.finishMoves(signal);
  return sessions;
}

/** Sessions and their directories. A reference is an id, an exact name, or the start of an id. */
export class Sessions {
  readonly #tools: MoveTools;
  readonly #ids: Ids;
  readonly #log: Log;

  constructor(tools: MoveTools, ids: Ids, log: Log) {
    this.#tools = tools;
    this.#ids = ids;
    this.#log = log;
  }

  /**
   * Make a session: its directory first, then its row, so that every session has a directory.
   *
   * @throws {SessionNameError}; the store's errors, with the directory removed again.
   */
  async create(wish: NewSession, signal: AbortSignal): Promise<Session> {
    signal.throwIfAborted();
    const id = this.#ids.next('ses');
    const name = wish.name ?? `session ${id.slice(-6)}`;
    checkName(name);
    const session: Session = {
      id,
      name,
      userId: wish.userId,
      status: 'active',
      dir: this.activeDir(id),
      agent: wish.agent,
      concurrency: wish.concurrency,
      budget: wish.budget ?? noBudget,
      createdAt: this.#tools.clock.now(),
      archivedAt: undefined,
    };
    try {
      await this.#makeDirectory(session);
      await this.#tools.store.write(async (sql) => {
        await insert(sql, session);
        await wish.alongside?.(sql, session);
      }, signal);
    } catch (error) {
      await removeDirectory(session.dir);
      throw error;
    }
    return session;
  }

  /** @throws {SessionAmbiguousError} */
  async find(reference: string, signal: AbortSignal): Promise<Session | undefined> {
    return (await this.#find(reference, signal))?.session;
  }

  /** @throws {SessionNotFoundError} {SessionAmbiguousError} */
  async get(reference: string, signal: AbortSignal): Promise<Session> {
    return (await this.#get(reference, signal)).session;
  }

  /** @throws {SessionNotFoundError} {SessionAmbiguousError} {SessionStatusError} */
  async getActive(reference: string, signal: AbortSignal): Promise<Session> {
    const session = await this.get(reference, signal);
    if (session.status === 'active') return session;
    throw new SessionStatusError(session.id, session.status, 'active');
  }

  async list(query: SessionQuery, signal: AbortSignal): Promise<SessionPage> {
    const { store, paths } = this.#tools;
    return await store.read(async (sql) => await listSessions(sql, query, paths), signal);
  }

  /** Throw as `archive` would. @throws {SessionHasJobsError} {SessionHasSiteError} */
  async refuseArchive(id: string, signal: AbortSignal): Promise<void> {
    await this.#tools.store.read(async (sql) => {
      await refuseWithJobs(sql, id);
      await refuseWithSite(sql, id);
    }, signal);
  }

  /**
   * Change an active session's budget. It holds for attempts that begin after it, and for running
   * ones of a session that had a budget before. Changes at the same time add up.
   *
   * @throws {SessionNotFoundError} {SessionAmbiguousError} {SessionStatusError}
   */
  async setBudget(reference: string, change: BudgetChange, signal: AbortSignal): Promise<Session> {
    const { id } = await this.getActive(reference, signal);
    const { store, clock } = this.#tools;
    await store.write(async (sql) => {
      const [row] = await sql.all('SELECT * FROM sessions WHERE id = $1', [id]);
      if (row === undefined) throw new SessionNotFoundError(id);
      const budget = changeBudget(budgetOf(row), change);
      const { max_tokens, max_cost_micros } = budgetColumns(budget);
      await sql.run('UPDATE sessions SET max_tokens = $1, max_cost_micros = $2 WHERE id = $3', [
        max_tokens ?? null,
        max_cost_micros ?? null,
        id,
      ]);
      const data = { max_tokens, max_cost_usd: budget.maxCostUsd ?? null };
      await sql.append({ stream: id, kind: 'session.budget-set', at: clock.now(), data });
    }, signal);
    return await this.get(id, signal);
  }

  /** Move an active session to `deleted/`; for errors see `moveSession`. */
  async archive(reference: string, signal: AbortSignal): Promise<Session> {
    const id = await this.#move('archive', reference, signal);
    return await this.get(id, signal);
  }

  /** Move an archived session back to `active/`; for errors see `moveSession`. */
  async restore(reference: string, signal: AbortSignal): Promise<Session> {
    const id = await this.#move('restore', reference, signal);
    return await this.get(id, signal);
  }

  /** Remove an archived session for good: files, jobs, events. For errors see `moveSession`. */
  async delete(reference: string, signal: AbortSignal): Promise<void> {
    const row = await this.#get(reference, signal);
    // Asked again after a half-done one: finishing it is what was asked for.
    if (row.session.status === 'deleting') await finishMove(this.#tools, row, signal);
    else await this.#move('delete', row.session.id, signal);
  }

  /** Finish every move whose doer died. One that cannot be finished is logged and left. */
  async finishMoves(signal: AbortSignal): Promise<void> {
    const { store, paths } = this.#tools;
    const query = `SELECT * FROM sessions WHERE status IN ('archiving', 'restoring', 'deleting')`;
    const rows = await store.read(async (sql) => await sql.all(query), signal);
    for (const row of rows.map((one) => toSessionRow(one, paths))) {
      const facts = { sessionId: row.session.id, status: row.session.status };
      try {
        await finishMove(this.#tools, row, signal);
        this.#log.info('session move finished', facts);
      } catch (error) {
        signal.throwIfAborted();
        if (hasCode(error, 'session.busy')) continue;
        this.#log.warn('session move not finished', { ...facts, error });
      }
    }
  }

  /** Where an active session's directory lies; says nothing of whether there is one. */
  activeDir(id: string): string {
    return this.#tools.paths.active(id);
  }

  /** Make the folders that are missing in an active session's directory. */
  async makeFolders(id: string): Promise<void> {
    await makeSessionFolders(this.activeDir(id));
  }

  async hasFolders(id: string): Promise<boolean> {
    return await hasSessionFolders(this.activeDir(id));
  }

  /** Replace `job_queue.json` of an active session. @throws {SessionDirectoryMissingError} */
  async writeSnapshot(id: string, jobs: readonly unknown[]): Promise<void> {
    await writeJobQueue(this.activeDir(id), jobs, this.#tools.clock.now());
  }

  /** Replace `state/health.json` of an active session. @throws {SessionDirectoryMissingError} */
  async writeHealth(id: string, health: Health): Promise<void> {
    await writeHealthFile(this.activeDir(id), health, this.#tools.clock.now());
  }

  async #makeDirectory(session: Session): Promise<void> {
    await makeSessionFolders(session.dir);
    await writeMetadata(session);
    await this.writeSnapshot(session.id, []);
    await this.writeHealth(session.id, { state: 'created' });
  }

  async #move(kind: MoveKind, reference: string, signal: AbortSignal): Promise<string> {
    let row = await this.#get(reference, signal);
    if (moveOf(row.session.status) !== undefined) {
      await finishMove(this.#tools, row, signal);
      row = await this.#get(row.session.id, signal);
    }
    await moveSession(this.#tools, kind, row, signal);
    return row.session.id;
  }

  async #get(reference: string, signal: AbortSignal): Promise<SessionRow> {
    const row = await this.#find(reference, signal);
    if (row === undefined) throw new SessionNotFoundError(reference);
    return row;
  }

  async #find(reference: string, signal: AbortSignal): Promise<SessionRow | undefined> {
    const { store, paths } = this.#tools;
    return await store.read(async (sql) => await findSession(sql, reference, paths), signal);
  }
}

async function insert(sql: WriteSql, session: Session): Promise<void> {
  const { id, name, userId, agent, concurrency, budget, createdAt } = session;
  const { max_tokens, max_cost_micros } = budgetColumns(budget);
  await sql.run(
    `INSERT INTO sessions (id, name, user_id, status, agent, concurrency, max_tokens,
       max_cost_micros, created_at) VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, $8)`,
    [
      id,
      name,
      userId,
      agent ?? null,
      concurrency ?? null,
      max_tokens ?? null,
      max_cost_micros ?? null,
      createdAt,
    ],
  );
  const data = { name, user_id: userId };
  await sql.append({ stream: id, kind: 'session.created', at: createdAt, data });
}
