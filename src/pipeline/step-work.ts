import type { z } from 'zod';
import type { Clock } from '../base/index.ts';
import type { Session } from '../sessions/index.ts';
import type { Artefact, Execution, StepName } from './execution.ts';
import type { Site } from './site.ts';

/**
 * One thing the site's agent is asked; it becomes a job of the session's main agent by the template
 * `site`, which gives it time.
 */
export interface AgentTask {
  /**
   * Names the task for ever: asked again with the same key, after a crash, it is the same job. The
   * runner puts the execution, the step and its attempt before it.
   */
  readonly key: string;
  /** The whole prompt. */
  readonly prompt: string;
  /** Files in the session's directory that it is about; absolute paths. */
  readonly files?: readonly string[];
}

export interface AgentAnswer {
  readonly jobId: string;
  /** What the agent wrote. */
  readonly output: string;
}

/**
 * What a step works with. A step may be done again at any moment, because whoever did it was
 * killed: what it does to the world must be the same the second time, and its files are replaced.
 */
export interface StepContext {
  readonly execution: Execution;
  readonly site: Site;
  readonly session: Session;
  readonly step: StepName;
  /** Which time the step is begun, from 1; going on after a crash is the same attempt. */
  readonly attempt: number;
  readonly clock: Clock;
  /** Absolute directory for what the step leaves; made, and emptied when an attempt begins. */
  readonly dir: string;
  /** Where roles and skills lie, the user's own first; see `roleDirsOf`. */
  readonly roleDirs: readonly string[];
  /**
   * Read what an earlier step of this session left, of this execution or of the newest before it.
   *
   * @throws {CodedError} `site.no-result`: that step was never done, or left something else.
   */
  resultOf<T extends z.ZodType>(step: StepName, schema: T): Promise<z.output<T>>;
  /** Ask the site's agent and wait. @throws {CodedError} `site.agent-failed`, naming the job. */
  ask(task: AgentTask, signal: AbortSignal): Promise<AgentAnswer>;
  /** Add a line to the step's log; at most 10,000 lines are kept of a step. No secrets. */
  log(text: string): void;
}

export interface StepOutcome {
  /** What came of it, in one line. */
  readonly summary: string;
  readonly artefacts?: readonly Artefact[];
  /** What later steps build on: plain JSON. */
  readonly result?: Readonly<Record<string, unknown>>;
  /** The step could not be done here and need not be (no browser): it counts as skipped. */
  readonly isSkipped?: boolean;
}

/** The work of one step. Throws CodedErrors; a check that failed throws `CheckFailedError`. */
export type StepWork = (ctx: StepContext, signal: AbortSignal) => Promise<StepOutcome>;
