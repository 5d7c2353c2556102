import { sumOfAll, type Tokens, tokensOf, type Usage } from '../agents/index.ts';
import type { Sql, Store } from '../store/index.ts';

/** What several attempts used together. */
export interface Total extends Tokens {
  /** All four kinds of tokens. */
  readonly tokens: number;
  /** Undefined when a model without a price took part. */
  readonly costUsd: number | undefined;
  /** The part of the cost that is known. */
  readonly knownUsd: number;
  /** Models that took part and have no price. */
  readonly unpriced: readonly string[];
}

export function totalOf(usages: readonly Usage[]): Total {
  const sums = tokensOf(usages);
  const parts = usages.flatMap(({ models, ...all }) => models ?? [{ model: undefined, ...all }]);
  const known = parts.flatMap(({ costUsd }) => costUsd ?? []);
  const unpriced = parts.flatMap((part) => (part.costUsd === undefined ? [nameOf(part)] : []));
  return {
    ...sums,
    tokens: Object.values(sums).reduce((all, one) => all + one, 0),
    costUsd: sumOfAll(usages.map(({ costUsd }) => costUsd)),
    knownUsd: known.reduce((all, one) => all + one, 0),
    unpriced: [...new Set(unpriced)].toSorted(),
  };
}

/** What a CLI does not name. */
const NAMELESS = '(unnamed)';

function nameOf({ model = NAMELESS }: { readonly model?: string | undefined }): string {
  return model;
}

/** What all attempts of a session's jobs used, apart from one that is counted by itself. */
export async function sessionTotal(
  sql: Sql,
  sessionId: string,
  except?: { readonly jobId: string; readonly number: number },
): Promise<Total> {
  const rows = await sql.all(
    `SELECT a.usage AS usage FROM jobs j JOIN attempts a ON a.job_id = j.id
     WHERE j.session_id = $1 AND a.usage IS NOT NULL AND NOT (a.job_id = $2 AND a.number = $3)`,
    [sessionId, except?.jobId ?? '', except?.number ?? 0],
  );
  return totalOf(rows.map(({ usage }) => toUsage(usage)));
}

export type UsageGroup = 'job' | 'session' | 'model' | 'day' | 'agent';

export interface UsageQuery {
  readonly by: UsageGroup;
  readonly sessionId?: string | undefined;
  /** Wall time in ms: attempts that began before it are left out. */
  readonly since?: number | undefined;
  /** Name the day of a moment; by default that of UTC. */
  readonly dayOf: (at: number) => string;
}

export interface UsageLine {
  /** A job's or session's id, a model, a day or an agent. */
  readonly key: string;
  /** Words for people beside an id: the job's title. */
  readonly label: string | undefined;
  readonly attempts: number;
  readonly total: Total;
}

export interface UsageReport {
  readonly lines: readonly UsageLine[];
  readonly attempts: number;
  readonly total: Total;
}

const PAGE = 2_000;

/** Add up what attempts used, in the order in which the groups were first used. */
export async function reportUsage(
  store: Store,
  query: UsageQuery,
  signal: AbortSignal,
): Promise<UsageReport> {
  const groups = new Map<string, Sum>();
  const all = new Sum(undefined);
  for (
    let place: Place | undefined = { startedAt: query.since ?? 0, jobId: '', number: 0 };
    place;
  ) {
    const page: readonly Used[] = await readPage(store, query, place, signal);
    for (const one of page) {
      all.add(one.usage);
      for (const [key, label, usage] of keysOf(one, query)) {
        const group = groups.get(key) ?? new Sum(label);
        groups.set(key, group);
        group.add(usage);
      }
    }
    place = page.length < PAGE ? undefined : page.at(-1);
  }
  const lines = Array.from(groups, ([key, group]) => ({ key, ...group.line }));
  return { lines, attempts: all.line.attempts, total: all.line.total };
}

interface Place {
  readonly startedAt: number;
  readonly jobId: string;
  readonly number: number;
}

interface Used extends Place {
  readonly sessionId: string;
  readonly agent: string;
  readonly title: string;
  readonly usage: Usage;
}

async function readPage(
  store: Store,
  { sessionId = '' }: UsageQuery,
  { startedAt, jobId, number }: Place,
  signal: AbortSignal,
): Promise<readonly Used[]> {
  const rows = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT a.job_id, a.number, a.started_at, a.usage, j.session_id, j.agent, j.title
         FROM attempts a JOIN jobs j ON j.id = a.job_id
         WHERE a.usage IS NOT NULL AND (a.started_at, a.job_id, a.number) > ($1, $2, $3)
           AND ($4 = '' OR j.session_id = $4)
         ORDER BY a.started_at, a.job_id, a.number LIMIT ${PAGE}`,
        [startedAt, jobId, number, sessionId],
      ),
    signal,
  );
  return rows.map((row) => ({
    jobId: String(row['job_id']),
    number: Number(row['number']),
    startedAt: Number(row['started_at']),
    sessionId: String(row['session_id']),
    agent: String(row['agent']),
    title: String(row['title'] ?? ''),
    usage: toUsage(row['usage']),
  }));
}

function keysOf(
  { jobId, sessionId, agent, title, startedAt, usage }: Used,
  { by, dayOf }: UsageQuery,
): readonly (readonly [key: string, label: string | undefined, usage: Usage])[] {
  switch (by) {
    case 'job':
      return [[jobId, title, usage]];
    case 'session':
      return [[sessionId, undefined, usage]];
    case 'agent':
      return [[agent, undefined, usage]];
    case 'day':
      return [[dayOf(startedAt), undefined, usage]];
    case 'model':
      return (usage.models ?? [{ ...usage, model: undefined }]).map((one) => [
        nameOf(one),
        undefined,
        one,
      ]);
    default:
      return by satisfies never;
  }
}

/** Adds up without keeping what it added. */
class Sum {
  readonly #label: string | undefined;
  #attempts = 0;
  #total: Total = totalOf([]);

  constructor(label: string | undefined) {
    this.#label = label;
  }

  add(usage: Usage): void {
    const one = totalOf([usage]);
    this.#attempts += 1;
    this.#total = addTotals(this.#total, one);
  }

  get line(): Omit<UsageLine, 'key'> {
    return { label: this.#label, attempts: this.#attempts, total: this.#total };
  }
}

export function addTotals(one: Total, other: Total): Total {
  return {
    ...tokensOf([one, other]),
    tokens: one.tokens + other.tokens,
    costUsd: sumOfAll([one.costUsd, other.costUsd]),
    knownUsd: one.knownUsd + other.knownUsd,
    unpriced: [...new Set([...one.unpriced, ...other.unpriced])].toSorted(),
  };
}

/** Written by us alone. */
function toUsage(json: unknown): Usage {
  return JSON.parse(String(json));
}
