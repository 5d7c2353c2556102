import { CodedError } from '../base/index.ts';
import { ExecutionCancelledError, wrongStep } from './errors.ts';
import {
  type Execution,
  type ExecutionKind,
  type Step,
  type StepError,
  type StepName,
  stepNames,
} from './execution.ts';
import type { StepOutcome } from './step-work.ts';

/** A failed check that is being given back to the agent. */
export interface PendingFix {
  readonly step: StepName;
  readonly problems: readonly string[];
  /** What the step fails with when the agent cannot mend it. */
  readonly error: StepError;
}

/** An execution as it is kept: with what only the runner needs. */
export interface StoredExecution extends Execution {
  readonly fix: PendingFix | undefined;
}

/** Steps that look at what is live; only they can be skipped, and are followed by a fix. */
export const checkSteps: readonly StepName[] = ['health_check', 'screenshot', 'e2e_tests'];
/** Where `redeploy` and `rollback` begin, and what a fix is followed by. */
const firstOfDeployment = stepNames.indexOf('deploy') + 1;

export type Next =
  | { readonly kind: 'begin' | 'go-on'; readonly step: Step }
  | { readonly kind: 'done' }
  | { readonly kind: 'stuck'; readonly step: Step };

/** What a runner does next: the first step that is not done decides. */
export function nextStep({ steps }: Pick<Execution, 'steps'>): Next {
  const step = steps.find(({ status }) => status !== 'succeeded' && status !== 'skipped');
  if (step === undefined) return { kind: 'done' };
  if (step.status === 'failed') return { kind: 'stuck', step };
  return { kind: step.status === 'running' ? 'go-on' : 'begin', step };
}

/** The nine steps of a new execution. */
export function newSteps(kind: ExecutionKind): readonly Step[] {
  return stepNames.map((name, index) => {
    const isPart = isPartOf(kind, index + 1);
    return {
      ...pending({ name, number: index + 1 }),
      status: isPart ? 'pending' : 'skipped',
      summary: isPart ? undefined : `Not a part of a ${kind}.`,
    };
  });
}

export function isOpen({ status }: Pick<Execution, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}

export function begin(execution: StoredExecution, at: number): StoredExecution {
  const { startedAt = at } = execution;
  return { ...execution, status: 'running', startedAt, endedAt: undefined, error: undefined };
}

/** Begin the step that comes next, when it waits. */
export function beginNext(execution: StoredExecution, at: number): StoredExecution {
  const next = nextStep(execution);
  if (next.kind !== 'begin') return execution;
  return changeStep(execution, next.step.number, (step) => ({
    ...pending(step),
    status: 'running',
    attempts: step.attempts + 1,
    startedAt: at,
  }));
}

export function endStep(
  execution: StoredExecution,
  number: number,
  { summary, artefacts = [], result = {}, isSkipped = false }: StepOutcome,
  at: number,
): StoredExecution {
  const status = isSkipped ? 'skipped' : 'succeeded';
  return changeStep(execution, number, (step) => ({
    ...step,
    status,
    summary,
    artefacts,
    result,
    endedAt: at,
  }));
}

/** A step failed, and the execution with it. */
export function failStep(
  execution: StoredExecution,
  number: number,
  error: StepError,
  at: number,
): StoredExecution {
  const failed = changeStep(execution, number, (step) => ({
    ...step,
    status: 'failed',
    error,
    endedAt: at,
  }));
  return { ...failed, status: 'failed', error, fix: undefined, endedAt: at };
}

/** Give a failed check back to the agent: the step goes on running until it has answered. */
export function askFix(execution: StoredExecution, fix: PendingFix): StoredExecution {
  return { ...execution, fix, fixRounds: execution.fixRounds + 1 };
}

/** The agent has answered: publish and check once more, but for checks that were left out. */
export function endFix(execution: StoredExecution): StoredExecution {
  const steps = execution.steps.map((step) =>
    step.number < firstOfDeployment || step.status === 'skipped' ? step : pending(step),
  );
  return { ...execution, steps, fix: undefined };
}

/** A rollback publishes what was live before: what the agent mends would not be in it. */
export function mayAskFix({ kind, fixRounds }: Execution, rounds: number): boolean {
  return kind !== 'rollback' && fixRounds < rounds;
}

export function succeed(execution: StoredExecution, at: number): StoredExecution {
  return { ...execution, status: 'succeeded', error: undefined, endedAt: at };
}

/** The step that runs ends as failed: it can be retried. */
export function cancel(execution: StoredExecution, at: number): StoredExecution {
  const { code, message, todo } = new ExecutionCancelledError(execution.id);
  const error = { code, message, todo };
  const running = execution.steps.find(({ status }) => status === 'running');
  const stopped =
    running === undefined ? execution : failStep(execution, running.number, error, at);
  return { ...stopped, status: 'cancelled', error, endedAt: at };
}

/** @throws {CodedError} `execution.not-ended`, `execution.wrong-step`. */
export function retryStep(execution: StoredExecution, name: StepName): StoredExecution {
  requireEnded(execution);
  const step = stepOf(execution, name);
  if (step.status !== 'failed')
    throw wrongStep(execution.id, name, `is ${step.status}, not failed`);
  return queueAgain(changeStep(execution, step.number, pending));
}

/**
 * Go on without a check that failed, or that was not begun.
 *
 * @throws {CodedError} `execution.not-skippable`, `execution.wrong-step`.
 */
export function skipStep(execution: StoredExecution, name: StepName, at: number): StoredExecution {
  if (!checkSteps.includes(name)) {
    throw new CodedError('execution.not-skippable', `Step ${name} cannot be skipped.`, {
      facts: { executionId: execution.id, step: name },
      todo: `Only checks can: ${checkSteps.join(', ')}; retry this one`,
    });
  }
  const step = stepOf(execution, name);
  if (step.status !== 'failed' && step.status !== 'pending') {
    throw wrongStep(execution.id, name, `is ${step.status}, neither failed nor waiting`);
  }
  const summary = 'Skipped by hand.';
  const skipped = changeStep(execution, step.number, (one) => ({
    ...one,
    status: 'skipped',
    summary,
    error: undefined,
    endedAt: at,
  }));
  return isOpen(execution) || nextStep(skipped).kind === 'stuck' ? skipped : queueAgain(skipped);
}

/** @throws {CodedError} `execution.not-ended`, `execution.wrong-step`: one before it is not done. */
export function rerunFrom(execution: StoredExecution, name: StepName): StoredExecution {
  requireEnded(execution);
  const { number } = stepOf(execution, name);
  if (!isPartOf(execution.kind, number)) {
    throw wrongStep(execution.id, name, `is not a part of a ${execution.kind}`);
  }
  const before = execution.steps.find(
    (step) => step.number < number && step.status !== 'succeeded' && step.status !== 'skipped',
  );
  if (before !== undefined) {
    throw wrongStep(execution.id, name, `comes after ${before.name}, which is ${before.status}`);
  }
  return queueAgain(resetFrom(execution, number));
}

function requireEnded(execution: StoredExecution): void {
  if (!isOpen(execution)) return;
  const { id, status } = execution;
  throw new CodedError('execution.not-ended', `Execution ${id} is ${status}.`, {
    facts: { executionId: id, status },
    todo: `Wait for its end, or cancel it: tmux-builder site cancel ${id}`,
  });
}

function queueAgain(execution: StoredExecution): StoredExecution {
  const { cancelRequestedAt: _cancelled, ...rest } = execution;
  return {
    ...rest,
    cancelRequestedAt: undefined,
    status: 'queued',
    error: undefined,
    fix: undefined,
    endedAt: undefined,
  };
}

function resetFrom(execution: StoredExecution, number: number): StoredExecution {
  return {
    ...execution,
    steps: execution.steps.map((step) => (step.number < number ? step : pending(step))),
  };
}

function isPartOf(kind: ExecutionKind, number: number): boolean {
  return kind === 'create' || number >= firstOfDeployment;
}

/** A step that waits; what it did before is forgotten, but how often it was begun. */
function pending({
  name,
  number,
  attempts = 0,
  jobIds = [],
}: Pick<Step, 'name' | 'number'> & Partial<Step>): Step {
  return {
    name,
    number,
    status: 'pending',
    attempts,
    summary: undefined,
    error: undefined,
    artefacts: [],
    jobIds,
    result: {},
    startedAt: undefined,
    endedAt: undefined,
  };
}

function stepOf({ steps, id }: StoredExecution, name: StepName): Step {
  const step = steps.find((one) => one.name === name);
  if (step === undefined) throw new Error(`execution ${id} has no step ${name}`);
  return step;
}

export function changeStep(
  execution: StoredExecution,
  number: number,
  change: (step: Step) => Step,
): StoredExecution {
  return {
    ...execution,
    steps: execution.steps.map((step) => (step.number === number ? change(step) : step)),
  };
}
