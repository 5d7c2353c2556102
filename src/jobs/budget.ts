import type { AgentRequest, Usage } from '../agents/index.ts';
import { CodedError } from '../base/index.ts';
import { type Budget, budgetOf } from '../sessions/index.ts';
import type { Sql } from '../store/index.ts';
import { listAttempts } from './find-job.ts';
import type { Lease } from './lease.ts';
import { requestOf } from './attempt-request.ts';
import type { AttemptTools } from './perform-attempt.ts';
import { checkLease, LeaseLostError } from './record-attempt.ts';
import { addTotals, sessionTotal, type Total, totalOf } from './totals.ts';

/** A budget is used up, or cannot be held: the agent is ended, not only interrupted. */
export class BudgetError extends CodedError {}

/** How often the tokens of a running attempt are read, at most. */
const READ_MS = 2_000;
/** Reading takes at most this part of the time. */
const SHARE = 20;

/** Aborts, with the reason, when a budget is used up; disposing stops looking. */
export interface BudgetWatch extends AsyncDisposable {
  readonly signal: AbortSignal;
}

/**
 * Watch over an attempt's budgets: its job's, all attempts together, and its session's, all jobs
 * together. What it has used is read now and every two seconds, and written down.
 *
 * @throws {BudgetError} nothing is left of one of them before the attempt begins.
 * @throws {LeaseLostError} another worker holds the job.
 */
export async function watchBudget(
  lease: Lease,
  tools: AttemptTools,
  signal: AbortSignal,
): Promise<BudgetWatch> {
  const over = new AbortController();
  const closing = new AbortController();
  const stop = AbortSignal.any([signal, closing.signal]);
  if (!(await hasBudget(lease, tools, stop))) {
    return { signal: over.signal, [Symbol.asyncDispose]: async () => {} };
  }
  const meter = new Meter(lease, tools);
  await meter.readEarlier(stop);
  await meter.check(stop);
  const watching = watch(meter, tools, stop).catch((error: unknown) => {
    if (!stop.aborted) over.abort(error);
  });
  return {
    signal: over.signal,
    [Symbol.asyncDispose]: async () => {
      closing.abort(new Error('the budget is not watched any more'));
      await watching;
    },
  };
}

async function watch(
  meter: Meter,
  { clock, log }: Pick<AttemptTools, 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  for (let pauseMs = READ_MS; ;) {
    await clock.after(pauseMs, signal);
    const began = clock.monotonic();
    try {
      await meter.check(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BudgetError || error instanceof LeaseLostError) throw error;
      log.warn('what an attempt used could not be read', { error });
    }
    pauseMs = Math.max(READ_MS, SHARE * (clock.monotonic() - began));
  }
}

/** Asked once an attempt: a session's first budget holds for the attempts that begin after it. */
async function hasBudget(
  { job }: Lease,
  { store }: AttemptTools,
  signal: AbortSignal,
): Promise<boolean> {
  if (isLimited(job.budget)) return true;
  return isLimited(
    await store.read(async (sql) => await readSessionBudget(sql, job.sessionId), signal),
  );
}

async function readSessionBudget(sql: Sql, sessionId: string): Promise<Budget> {
  const columns = 'SELECT max_tokens, max_cost_micros FROM sessions WHERE id = $1';
  const [row = {}] = await sql.all(columns, [sessionId]);
  return budgetOf(row);
}

function isLimited({ maxTokens, maxCostUsd }: Budget): boolean {
  return maxTokens !== undefined || maxCostUsd !== undefined;
}

/** Reads what one attempt has used, and holds it against the budgets. */
class Meter {
  readonly #lease: Lease;
  readonly #tools: AttemptTools;
  /** Kept: what was read of the agent's files is remembered with it. */
  #request: AgentRequest | undefined;
  #earlier: Total = totalOf([]);
  #written = '';

  constructor(lease: Lease, tools: AttemptTools) {
    this.#lease = lease;
    this.#tools = tools;
  }

  /** What earlier attempts used. One that was cut off before it was written down is read again. */
  async readEarlier(signal: AbortSignal): Promise<void> {
    const { job, attempt } = this.#lease;
    const attempts = await listAttempts(this.#tools.store, job.id, signal);
    const usages = attempts
      .filter(({ number }) => number !== attempt.number)
      .map(async (one) => one.usage ?? (await this.#read({ job, attempt: one }, signal)));
    this.#earlier = totalOf((await Promise.all(usages)).filter((usage) => usage !== undefined));
  }

  /** @throws {BudgetError} one of the budgets is used up, or cannot be held. */
  async check(signal: AbortSignal): Promise<void> {
    const { job, attempt } = this.#lease;
    const { store } = this.#tools;
    this.#request ??= await requestOf(this.#lease, this.#tools);
    const used =
      this.#request === undefined
        ? undefined
        : await this.#tools.agents.usage(this.#request, signal);
    if (used !== undefined) await this.#write(used, signal);
    const own = totalOf(used === undefined ? [] : [used]);
    const which = { what: `job ${job.id}`, code: 'job.budget-exceeded' } as const;
    hold(job.budget, addTotals(this.#earlier, own), which);
    const session = await store.read(async (sql) => {
      // One that is changed holds at once.
      const budget = await readSessionBudget(sql, job.sessionId);
      const others = isLimited(budget)
        ? await sessionTotal(sql, job.sessionId, { jobId: job.id, number: attempt.number })
        : totalOf([]);
      return { budget, total: addTotals(others, own) };
    }, signal);
    const ofSession = {
      what: `session ${job.sessionId}`,
      code: 'session.budget-exceeded',
    } as const;
    hold(session.budget, session.total, ofSession);
  }

  async #read(of: Pick<Lease, 'job' | 'attempt'>, signal: AbortSignal): Promise<Usage | undefined> {
    const request = await requestOf(of, this.#tools);
    return request && (await this.#tools.agents.usage(request, signal));
  }

  /** So that a session's other jobs, and whoever takes over, know of it. */
  async #write(usage: Usage, signal: AbortSignal): Promise<void> {
    const { job, attempt } = this.#lease;
    const json = JSON.stringify(usage);
    if (json === this.#written) return;
    await this.#tools.store.write(async (sql) => {
      await checkLease(sql, this.#lease);
      await sql.run('UPDATE attempts SET usage = $1 WHERE job_id = $2 AND number = $3', [
        json,
        job.id,
        attempt.number,
      ]);
    }, signal);
    this.#written = json;
  }
}

interface Whose {
  readonly what: string;
  readonly code: 'job.budget-exceeded' | 'session.budget-exceeded';
}

function hold({ maxTokens, maxCostUsd }: Budget, total: Total, { what, code }: Whose): void {
  const facts = {
    tokens: total.tokens,
    max_tokens: maxTokens ?? null,
    cost_usd: total.costUsd ?? null,
    known_cost_usd: total.knownUsd,
    max_cost_usd: maxCostUsd ?? null,
  };
  if (maxTokens !== undefined && total.tokens >= maxTokens) {
    const message = `The budget of ${what} is used up: ${total.tokens} of ${maxTokens} tokens.`;
    throw new BudgetError(code, message, { facts, todo: todoOf(code, '--max-tokens') });
  }
  if (maxCostUsd === undefined) return;
  if (total.knownUsd >= maxCostUsd) {
    const cost = `${dollars(total.knownUsd)} of ${dollars(maxCostUsd)}`;
    const message = `The budget of ${what} is used up: ${cost}.`;
    throw new BudgetError(code, message, { facts, todo: todoOf(code, '--max-cost') });
  }
  if (total.unpriced.length === 0) return;
  const models = total.unpriced.join(', ');
  throw new BudgetError(
    'job.cost-unknown',
    `The cost budget of ${what} cannot be held: ${models} has no price.`,
    {
      facts: { ...facts, models: total.unpriced },
      todo: `Add the price to prices.yaml in the data directory, or limit tokens with --max-tokens`,
    },
  );
}

function todoOf(code: Whose['code'], option: string): string {
  return code === 'job.budget-exceeded'
    ? `Add the job again with a larger ${option}`
    : `Raise it with tmux-builder session set ${option}, then retry the job`;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}
