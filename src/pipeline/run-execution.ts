import { CheckFailedError } from '../checks/index.ts';
import { CodedError, systemCode } from '../base/index.ts';
import { requestCancel as cancelJob } from '../jobs/index.ts';
import type { WriteSql } from '../store/index.ts';
import { appendEvent } from './change-execution.ts';
import { ExecutionCancelledError, HoldLostError, RunnerStoppedError } from './errors.ts';
import type { Step, StepError } from './execution.ts';
import * as state from './execution-state.ts';
import { getSiteIn } from './find-sites.ts';
import { type Hold, writeHeld } from './leases.ts';
import { findExecutionIn } from './rows.ts';
import { endCancelled, recordEnd } from './steer-execution.ts';
import { jobKeyOf, makeStepContext } from './step-context.ts';
import { StepLog, stepPlace } from './step-log.ts';
import type { OwnContext, PipelineTools } from './tools.ts';

type StoredExecution = state.StoredExecution;
type Also = (sql: WriteSql, execution: StoredExecution) => Promise<void>;

const never = new AbortController().signal;

/**
 * Do an execution that is held here, step by step, to its end. Killed anywhere, whoever does it
 * next goes on with the step that was begun, as the same attempt.
 *
 * @param signal aborts with an {ExecutionCancelledError}: then its end is written down, too; with
 * anything else it is left as it is.
 * @throws {HoldLostError} another runner has it; `signal.reason`; errors of the store.
 */
export async function runExecution(
  tools: PipelineTools,
  hold: Hold,
  signal: AbortSignal,
): Promise<void> {
  try {
    while (await doNext(tools, hold, signal));
  } catch (error) {
    const isCancelled = signal.aborted && signal.reason instanceof ExecutionCancelledError;
    if (!isCancelled || error instanceof HoldLostError) throw error;
    await endByCancel(tools, hold);
  }
}

/** Do what comes next; resolves with whether there is more. */
async function doNext(tools: PipelineTools, hold: Hold, signal: AbortSignal): Promise<boolean> {
  const { store, clock } = tools;
  const execution = await load(tools, hold, signal);
  if (execution.cancelRequestedAt !== undefined) {
    await endByCancel(tools, hold);
    return false;
  }
  const next = state.nextStep(execution);
  switch (next.kind) {
    case 'done': {
      const at = clock.now();
      const end: Also = async (sql, one) => await recordEnd(sql, one, at);
      await writeHeld(store, hold, { change: (one) => state.succeed(one, at), also: end }, signal);
      return false;
    }
    case 'stuck':
      throw new Error(`execution ${execution.id} runs, and ${next.step.name} has failed`);
    case 'begin': {
      const at = clock.now();
      const begun = await writeHeld(
        store,
        hold,
        {
          change: (one) => state.beginNext(one, at),
          also: async (sql, one) => await recordStart(sql, one, at),
        },
        signal,
      );
      const running = runningStep(begun);
      // Skipped by hand meanwhile.
      if (running === undefined) return true;
      const doing = { hold, execution: begun, number: running.number, isNew: true };
      return await doStep(tools, doing, signal);
    }
    case 'go-on':
      return await doStep(
        tools,
        { hold, execution, number: next.step.number, isNew: false },
        signal,
      );
    default:
      return next satisfies never;
  }
}

interface Doing {
  readonly hold: Hold;
  readonly execution: StoredExecution;
  readonly number: number;
  /** False when somebody else began this attempt. */
  readonly isNew: boolean;
}

async function doStep(tools: PipelineTools, doing: Doing, signal: AbortSignal): Promise<boolean> {
  const { store, sessions, clock } = tools;
  const { hold, execution, number } = doing;
  const step = stepAt(execution, number);
  const session = await sessions.getActive(execution.sessionId, signal);
  await using log = await StepLog.open(session, stepPlace(execution.id, step.name).log, tools.log);
  const site = await store.read(async (sql) => await getSiteIn(sql, session.id), signal);
  const place = { hold, execution, site, session, step, log };
  if (doing.isNew) log.add(clock.now(), `Attempt ${step.attempts} begins.`);
  try {
    const ctx = await makeStepContext(tools, place, doing.isNew);
    if (execution.fix === undefined) await work(tools, doing, ctx, signal);
    else await mend(tools, { ...doing, fix: execution.fix }, ctx, signal);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (isForLater(error)) throw error;
    if (!(error instanceof CodedError)) tools.log.error('a step met a fault of ours', { error });
    log.add(clock.now(), error instanceof Error ? error.message : String(error));
    return await giveBackOrFail(tools, doing, error);
  }
}

async function work(
  { work: { steps }, store, clock }: PipelineTools,
  { hold, number }: Doing,
  ctx: OwnContext,
  signal: AbortSignal,
): Promise<void> {
  const outcome = await steps[ctx.step](ctx, signal);
  const at = clock.now();
  ctx.log(outcome.summary);
  const also: Also = async (sql, execution) => {
    await outcome.record?.(sql, at);
    await stepEvent('step.ended', number, at)(sql, execution);
  };
  const change = (one: StoredExecution): StoredExecution => state.endStep(one, number, outcome, at);
  await writeHeld(store, hold, { change, also }, signal);
}

/** Have the agent mend what a check found, then publish and check again. */
async function mend(
  tools: PipelineTools,
  { hold, fix }: Doing & { readonly fix: state.PendingFix },
  ctx: OwnContext,
  signal: AbortSignal,
): Promise<void> {
  try {
    const summary = await tools.work.askForFix(ctx, fix, signal);
    ctx.log(`Mended: ${summary}`);
  } catch (error) {
    signal.throwIfAborted();
    if (isForLater(error) || !(error instanceof CodedError)) throw error;
    ctx.log(`The agent could not mend it: ${error.message}`);
    const { code, message, todo } = fix.error;
    const why = `${message} The agent was asked to mend it, and could not: ${error.message}`;
    throw new UnmendedError(code, why, todo, error);
  }
  await writeHeld(tools.store, hold, { change: state.endFix }, signal);
}

/** A check failed and its fix, too. */
class UnmendedError extends CodedError {
  constructor(code: string, message: string, todo: string | undefined, cause: CodedError) {
    super(code, message, { ...(todo !== undefined && { todo }), cause });
  }
}

async function giveBackOrFail(
  { store, clock, fixRounds }: PipelineTools,
  { hold, execution, number }: Doing,
  failure: unknown,
): Promise<boolean> {
  const at = clock.now();
  const error = toStepError(failure);
  const { name } = stepAt(execution, number);
  const problems = problemsOf(failure);
  if (problems !== undefined && state.mayAskFix(execution, fixRounds)) {
    const fix = { step: name, problems, error };
    const asked: Also = async (sql, { id, sessionId, fixRounds: round }) => {
      const data = { execution_id: id, step: name, round, problems };
      await appendEvent(sql, { sessionId, kind: 'site.fix-asked', at, data });
    };
    await writeHeld(store, hold, { change: (one) => state.askFix(one, fix), also: asked }, never);
    return true;
  }
  const failed: Also = async (sql, after) => {
    await stepEvent('step.ended', number, at)(sql, after);
    await recordEnd(sql, after, at);
  };
  const change = (one: StoredExecution): StoredExecution => state.failStep(one, number, error, at);
  await writeHeld(store, hold, { change, also: failed }, never);
  return false;
}

/** What an agent can mend: a check that failed, and files with which a site cannot go live. */
function problemsOf(error: unknown): readonly string[] | undefined {
  if (error instanceof UnmendedError) return undefined;
  if (error instanceof CheckFailedError) return error.problems;
  const isOfSite =
    error instanceof CodedError && ['deploy.unhealthy', 'deploy.bad-site'].includes(error.code);
  return isOfSite ? [error.message] : undefined;
}

/** Nothing was wrong with the step: another runner, or a later try, goes on with it. */
function isForLater(error: unknown): boolean {
  return (
    error instanceof HoldLostError ||
    error instanceof RunnerStoppedError ||
    (error instanceof CodedError && error.code.startsWith('store.'))
  );
}

export function toStepError(error: unknown): StepError {
  if (error instanceof CodedError) {
    return { code: error.code, message: error.message, todo: error.todo };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (systemCode(error) !== undefined) {
    const check = 'Check the space and the permissions of the data directory, then retry the step';
    return { code: 'site.file-failed', message, todo: check };
  }
  const todo = 'Look at the log of the server or the worker, and report it';
  return { code: 'internal.fault', message, todo };
}

/** Cancel what the agent still has to do for it, then write its end down. */
async function endByCancel({ store, clock }: PipelineTools, hold: Hold): Promise<void> {
  const at = clock.now();
  const jobs = await store.read(
    async (sql) =>
      await sql.all(
        `SELECT id FROM jobs WHERE status IN ('queued', 'leased', 'running')
           AND session_id = (SELECT session_id FROM executions WHERE id = $1)
           AND substr(idempotency_key, 1, length($2)) = $2`,
        [hold.id, jobKeyOf(hold.id)],
      ),
    never,
  );
  for (const job of jobs) await cancelJob(store, String(job['id']), at, never);
  const end: Also = async (sql) => void (await endCancelled(sql, hold.id, at));
  await writeHeld(store, hold, { also: end }, never);
}

async function load(
  { store }: PipelineTools,
  hold: Hold,
  signal: AbortSignal,
): Promise<StoredExecution> {
  const execution = await store.read(async (sql) => await findExecutionIn(sql, hold.id), signal);
  if (execution === undefined || !state.isOpen(execution)) throw new HoldLostError(hold.id);
  return execution;
}

async function recordStart(sql: WriteSql, execution: StoredExecution, at: number): Promise<void> {
  const running = runningStep(execution);
  if (running === undefined) return;
  await stepEvent('step.started', running.number, at)(sql, execution);
}

function runningStep({ steps }: StoredExecution): Step | undefined {
  return steps.find(({ status }) => status === 'running');
}

function stepEvent(kind: 'step.started' | 'step.ended', number: number, at: number): Also {
  return async (sql, execution) => {
    const { name, status, attempts, summary, error } = stepAt(execution, number);
    const facts = { step: name, number, status, attempt: attempts };
    const end = kind === 'step.ended' ? { summary: summary ?? null, error: error ?? null } : {};
    const data = { execution_id: execution.id, ...facts, ...end };
    await appendEvent(sql, { sessionId: execution.sessionId, kind, at, data });
  };
}

function stepAt({ steps, id }: StoredExecution, number: number): Step {
  const step = steps[number - 1];
  if (step === undefined) throw new Error(`execution ${id} has no step ${number}`);
  return step;
}
