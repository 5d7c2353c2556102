import { join } from 'node:path';
import type { App, OpenedFile } from '../../../src/app/index.ts';
import type {
  ExecutionView,
  JobView,
  ReleaseView,
  SiteView,
  SiteStepName,
} from '../../../src/contract/index.ts';
import { countingIds, systemClock } from '../../../src/base/index.ts';
import { openStore } from '../../../src/store/index.ts';

const at = '2026-01-24T10:00:00.000Z';

const job: JobView = {
  job_id: 'job_1',
  session_id: '',
  status: 'queued',
  title: 'hello',
  template: 'generic',
  agent: 'demo',
  model: null,
  priority: 0,
  attempts: 0,
  max_attempts: 3,
  time_limit_ms: 1_000,
  max_tokens: null,
  max_cost_usd: null,
  prompt_path: '/prompt.md',
  output_path: null,
  error: null,
  blocked_by: 0,
  created_at: at,
  run_at: at,
  deadline_at: null,
  started_at: null,
  settled_at: null,
};

export interface Asked {
  readonly name: string;
  readonly with: readonly unknown[];
}

/** Has one site and one execution, and notes what it was asked, without the signals. */
export class StandInSites {
  readonly asked: Asked[] = [];
  readonly files = new Map<string, string | Uint8Array>();
  readonly sessionId: string;

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }

  /** Put it in the place of an App's own sites. */
  static in(app: App, sessionId: string): StandInSites {
    const sites = new StandInSites(sessionId);
    Object.defineProperty(app, 'sites', { value: sites, configurable: true });
    return sites;
  }

  estimate(wish: object) {
    this.#note('estimate', wish);
    const cost = { monthly_usd: 0, lines: [], note: 'free' };
    const limits = { user_limit_usd: 50, user_monthly_usd: 0, must_be_confirmed: false };
    const place = { provider: 'local', type: 'static', region: null, size: null };
    return { ...place, resources: [{ type: 'site', name: 'tmux-1-2' }], cost, ...limits };
  }

  create(wish: object): SiteView {
    this.#note('create', wish);
    return this.#site;
  }

  createForPerson(wish: object) {
    this.#note('createForPerson', wish);
    return { ...this.#started, is_new_user: true };
  }

  list(query: object, visibility: object) {
    this.#note('list', query, visibility);
    return { items: [this.#site], next: null };
  }

  get(session: string): SiteView {
    this.#note('get', session);
    return this.#site;
  }

  executions(session: string) {
    this.#note('executions', session);
    return [this.#execution];
  }

  releases(session: string): readonly ReleaseView[] {
    this.#note('releases', session);
    const tests = [
      { name: 'links', source: 'built-in', outcome: 'passed', duration_ms: 5, problem: null },
    ] as const;
    const facts = { is_live: true, files: 1, bytes: 5, created_at: at, live_at: at };
    const checks = { is_healthy: true, screenshots: [], report_path: null, tests: [...tests] };
    return [{ release_id: 'r1', execution_id: 'exe_1', ...facts, ...checks }];
  }

  diff(session: string) {
    this.#note('diff', session);
    return { release_id: 'r1', files: [{ path: 'a', change: 'added', diff: '+a' }], is_cut: false };
  }

  logs(session: string, lines: number) {
    this.#note('logs', session, lines);
    return ['listening'];
  }

  openArtefact(session: string, path: string): OpenedFile {
    this.#note('openArtefact', session, path);
    const bytes = Buffer.from(this.files.get(path) ?? '');
    const name = path.split('/').at(-1) ?? '';
    const stream = (async function* () {
      yield bytes;
    })();
    return { name, bytes: bytes.length, modifiedAt: 1, stream };
  }

  redeploy(session: string): ExecutionView {
    this.#note('redeploy', session);
    return { ...this.#execution, execution_id: 'exe_2', kind: 'redeploy' };
  }

  rollback(session: string, releaseId: string): ExecutionView {
    this.#note('rollback', session, releaseId);
    return { ...this.#execution, kind: 'rollback' };
  }

  destroy(session: string): SiteView {
    this.#note('destroy', session);
    return { ...this.#site, status: 'destroying' };
  }

  execution(id: string): ExecutionView {
    this.#note('execution', id);
    return this.#execution;
  }

  cancel(id: string): ExecutionView {
    this.#note('cancel', id);
    return { ...this.#execution, status: 'cancelled' };
  }

  retryStep(id: string, step: SiteStepName): ExecutionView {
    this.#note('retryStep', id, step);
    return this.#execution;
  }

  skipStep(id: string, step: SiteStepName): ExecutionView {
    this.#note('skipStep', id, step);
    return this.#execution;
  }

  rerunFrom(id: string, step: SiteStepName): ExecutionView {
    this.#note('rerunFrom', id, step);
    return this.#execution;
  }

  stepLog(id: string, step: SiteStepName, after: number) {
    this.#note('stepLog', id, step, after);
    return { lines: [{ number: 1, at, text: 'began' }], is_cut: false };
  }

  userSessions(userId: string, page: object, visibility: object) {
    this.#note('userSessions', userId, page, visibility);
    return { items: [], next: null };
  }

  chat(id: string, message: object): JobView {
    this.#note('chat', id, message);
    return { ...job, session_id: this.sessionId };
  }

  chatHistory(id: string) {
    this.#note('chatHistory', id);
    const message = { job_id: 'job_1', role: 'user', text: 'hello', at, status: 'queued' };
    return {
      execution_id: id,
      session_id: this.sessionId,
      messages: [message],
      output: null,
    };
  }

  get #started() {
    return { execution_id: 'exe_1', user_id: 'usr_1', session_id: this.sessionId };
  }

  get #execution(): ExecutionView {
    return {
      ...this.#started,
      kind: 'create',
      status: 'running',
      current_step: 'deploy',
      progress: 55,
      fix_rounds: 0,
      url: null,
      error: null,
      steps: [],
      created_at: at,
      started_at: at,
      ended_at: null,
    };
  }

  get #site(): SiteView {
    return {
      session_id: this.sessionId,
      name: 'shop',
      user_id: 'usr_1',
      user_guid: '3f8e5a80-7a3c-4b60-9a0f-8a5b3d1c2e4f',
      provider: 'local',
      type: 'static',
      requirements: 'a shop',
      status: 'building',
      agent: null,
      url: null,
      release_id: null,
      execution: this.#execution,
      monthly_usd: 0,
      created_at: at,
      expires_at: null,
      error: null,
    };
  }

  #note(name: string, ...given: readonly unknown[]): void {
    this.asked.push({ name, with: given });
  }
}

/** A session's site with an execution that failed, as far as rights are looked up by them. */
export async function writeSite(
  { dataDir }: { readonly dataDir: string },
  sessionId: string,
  executionId: string,
): Promise<void> {
  const path = join(dataDir, 'tmux-builder.db');
  const { signal } = new AbortController();
  await using store = await openStore({ path, clock: systemClock, ids: countingIds() }, signal);
  await store.write(async (sql) => {
    await sql.run(
      `INSERT INTO sites (session_id, provider, type, requirements, status, spec, options,
         monthly_usd_micros, created_at)
       VALUES ($1, 'local', 'static', 'a page', 'failed', '{}', '{}', 0, 1)`,
      [sessionId],
    );
    await sql.run(
      `INSERT INTO executions (id, session_id, kind, status, created_at)
       VALUES ($1, $2, 'create', 'failed', 1)`,
      [executionId, sessionId],
    );
  }, signal);
}
