import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Accounts, Principal } from '../../../src/app/index.ts';
import { openAccounts } from '../../../src/app/open-accounts.ts';
import { FakeClock, randomIds, silentLog, systemClock } from '../../../src/base/index.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { Passwords, type Role } from '../../../src/users/index.ts';

const { signal } = new AbortController();

export const password = 'a good password';

/** Hashes that cost nothing, so that many can be made. */
export const cheap = new Passwords({ logN: 4, r: 8, p: 1 });

/** Accounts of a data directory of their own, with a clock that stands still. */
export class Bench implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly dataDir: string;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly #opened: AsyncDisposableStack;

  private constructor(
    parts: Pick<Bench, 'clock' | 'dataDir' | 'store' | 'accounts'>,
    opened: AsyncDisposableStack,
  ) {
    this.clock = parts.clock;
    this.dataDir = parts.dataDir;
    this.store = parts.store;
    this.accounts = parts.accounts;
    this.#opened = opened;
  }

  static async open(passwords = cheap): Promise<Bench> {
    const dataDir = await mkdtemp(join(tmpdir(), 'users-'));
    await using opened = new AsyncDisposableStack();
    opened.defer(async () => await rm(dataDir, { recursive: true }));
    return await Bench.#openIn(dataDir, opened.move(), passwords, new FakeClock());
  }

  /** The same directory as another process has it open, on the same clock. */
  async another(passwords = cheap): Promise<Bench> {
    return await Bench.#openIn(this.dataDir, new AsyncDisposableStack(), passwords, this.clock);
  }

  static async #openIn(
    dataDir: string,
    opened: AsyncDisposableStack,
    passwords: Passwords,
    clock: FakeClock,
  ): Promise<Bench> {
    const tools = { clock, ids: randomIds(clock) };
    // The store waits for other processes' locks by its clock, and that must go on.
    const store = opened.use(
      await openStore({ ...tools, path: join(dataDir, 'a.db'), clock: systemClock }, signal),
    );
    const ctx = { ...tools, store, log: silentLog, config: { dataDir } };
    const accounts = openAccounts(ctx, opened, passwords);
    return new Bench({ clock, dataDir, store, accounts }, opened);
  }

  /** Make a user who has set their password. */
  async addUser(name: string, role: Role): Promise<string> {
    const { user_id: id, invitation_path: path } = await this.accounts.createUser('owner', {
      name,
      role,
    });
    await this.accounts.acceptInvitation({ code: codeIn(path), password });
    return id;
  }

  /** Log somebody in, and be let in by it. */
  async enter(name: string): Promise<{ principal: Principal; secret: string }> {
    const { secret } = await this.accounts.logIn({ name, password, address: '127.0.0.1' });
    const principal = await this.accounts.authenticate({ kind: 'login', secret });
    if (principal === undefined) throw new Error(`${name} was not let in`);
    return { principal, secret };
  }

  async addSession(id: string, userId: string): Promise<void> {
    await this.run(
      `INSERT INTO sessions (id, name, user_id, status, created_at) VALUES ($1, $1, $2, 'active', 0)`,
      [id, userId],
    );
  }

  async addJob(id: string, sessionId: string): Promise<void> {
    await this.run(
      `INSERT INTO jobs (id, session_id, agent, status, run_at, created_at)
       VALUES ($1, $2, 'demo', 'queued', 0, 0)`,
      [id, sessionId],
    );
  }

  async run(sql: string, values: readonly (string | number)[] = []): Promise<void> {
    await this.store.write(async (one) => await one.run(sql, values), signal);
  }

  /** Actions in the audit log, oldest first. */
  async actions(): Promise<readonly string[]> {
    const { items } = await this.accounts.listAudit('owner', { limit: 1_000 });
    return items.map(({ action }) => action).toReversed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]();
  }
}

export function codeIn(path: string): string {
  return path.slice(path.indexOf('#') + 1);
}

/** The code of the error that something is refused with; undefined when it is not. */
export async function refusal(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
