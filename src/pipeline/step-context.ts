import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../base/index.ts';
import type { Job } from '../jobs/index.ts';
import type { Session } from '../sessions/index.ts';
import type { Step, StepName } from './execution.ts';
import { stepNames } from './execution.ts';
import { changeStep, type StoredExecution } from './execution-state.ts';
import { type Hold, writeHeld } from './leases.ts';
import { resultTextIn } from './results.ts';
import type { Site } from './site.ts';
import { stepPlace, type StepLog } from './step-log.ts';
import type { AgentTask } from './step-work.ts';
import type { OwnContext, PipelineTools } from './tools.ts';

export interface StepPlaceOf {
  readonly hold: Hold;
  readonly execution: StoredExecution;
  readonly site: Site;
  readonly session: Session;
  readonly step: Step;
  readonly log: StepLog;
}

/** Make what a step works with. Its directory is emptied when its attempt begins. */
export async function makeStepContext(
  tools: PipelineTools,
  place: StepPlaceOf,
  isNewAttempt: boolean,
): Promise<OwnContext> {
  const { execution, site, session, step, log } = place;
  const { clock, roleDirs } = tools;
  const dir = join(session.dir, stepPlace(execution.id, step.name).dir);
  if (isNewAttempt) await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return {
    execution,
    site,
    session,
    step: step.name,
    attempt: step.attempts,
    clock,
    dir,
    roleDirs,
    resultOf: async (name, schema) => {
      const found = schema.safeParse(await readResult(tools, execution, name));
      if (found.success) return found.data;
      throw noResult(execution, name);
    },
    ask: async (task, signal) => await ask(tools, place, task, signal),
    log: (text: string) => log.add(clock.now(), text),
    record: async (work, signal) => {
      const also = async (sql: Parameters<typeof work>[0]): Promise<void> =>
        await work(sql, clock.now());
      await writeHeld(tools.store, place.hold, { also }, signal);
    },
  };
}

async function readResult(
  { store }: PipelineTools,
  execution: StoredExecution,
  name: StepName,
): Promise<unknown> {
  const number = stepNames.indexOf(name) + 1;
  const never = new AbortController().signal;
  const text = await store.read(async (sql) => await resultTextIn(sql, execution, number), never);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Ask the agent; asked again with the same key, after a crash, it is the same job. */
async function ask(
  tools: PipelineTools,
  { hold, execution, site, session, step, log }: StepPlaceOf,
  task: AgentTask,
  signal: AbortSignal,
): Promise<{ readonly jobId: string; readonly output: string }> {
  const { desk, store, clock } = tools;
  const key = `${jobKeyOf(execution.id)}${step.name}:${step.attempts}:${task.key}`;
  const { jobId } = await desk.enqueue(session, site, { ...task, key }, signal);
  const noted = (one: StoredExecution): StoredExecution =>
    changeStep(one, step.number, (now) =>
      now.jobIds.includes(jobId) ? now : { ...now, jobIds: [...now.jobIds, jobId] },
    );
  await writeHeld(store, hold, { change: noted }, signal);
  log.add(clock.now(), `The agent is asked: ${task.key}, job ${jobId}.`);
  const job = await desk.untilSettled(jobId, signal);
  log.add(clock.now(), `Job ${jobId} ${job.status}.`);
  if (job.status !== 'succeeded') throw agentFailed(job);
  return { jobId, output: await desk.readOutput(jobId, signal) };
}

/** What the idempotency keys of an execution's jobs begin with. */
export function jobKeyOf(executionId: string): string {
  return `site:${executionId}:`;
}

function agentFailed({ id, status, error }: Job): CodedError {
  const why = error === undefined ? '' : `: ${error.message}`;
  return new CodedError('site.agent-failed', `Job ${id} of the site's agent ${status}${why}`, {
    facts: { jobId: id, status, code: error?.code },
    todo: error?.todo ?? `See what happened (tmux-builder job show ${id}), then retry the step`,
  });
}

function noResult(execution: StoredExecution, step: StepName): CodedError {
  const message = `Step ${step} of session ${execution.sessionId} left nothing that can be used.`;
  return new CodedError('site.no-result', message, {
    facts: { executionId: execution.id, step },
    todo: `Run it again: tmux-builder site rerun EXECUTION ${step}`,
  });
}
