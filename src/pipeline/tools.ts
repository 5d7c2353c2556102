import type { Clock, Ids, Log } from '../base/index.ts';
import type { Deployer, Provider } from '../deploy/index.ts';
import type { Job } from '../jobs/index.ts';
import type { Session, Sessions } from '../sessions/index.ts';
import type { Store, WriteSql } from '../store/index.ts';
import type { StepName } from './execution.ts';
import type { Site } from './site.ts';
import type { AgentTask, StepContext, StepOutcome } from './step-work.ts';

/** How a site's agent is asked: by persistent jobs of the session's main agent. */
export interface AgentDesk {
  /** Queue a task, or find the job that has its key. */
  enqueue(
    session: Session,
    site: Site,
    task: AgentTask,
    signal: AbortSignal,
  ): Promise<{ readonly jobId: string }>;
  /** Wait until a job is settled, doing it here where that is this process's business. */
  untilSettled(jobId: string, signal: AbortSignal): Promise<Job>;
  /** Of a job that succeeded. */
  readOutput(jobId: string, signal: AbortSignal): Promise<string>;
}

/** What the runner's own steps have besides what agents' steps have. */
export interface OwnContext extends StepContext {
  /** Write something down while the execution is held; nothing when it is not any more. */
  record(work: (sql: WriteSql, at: number) => Promise<void>, signal: AbortSignal): Promise<void>;
}

export interface OwnOutcome extends StepOutcome {
  /** Written together with the step's end. */
  readonly record?: (sql: WriteSql, at: number) => Promise<void>;
}

export type OwnWork = (ctx: OwnContext, signal: AbortSignal) => Promise<OwnOutcome>;

/** What is done in which step, and how a failed check is given back. */
export interface Work {
  readonly steps: Readonly<Record<StepName, OwnWork>>;
  askForFix(
    ctx: StepContext,
    failure: { readonly step: StepName; readonly problems: readonly string[] },
    signal: AbortSignal,
  ): Promise<string>;
}

/** What a runner works with. */
export interface PipelineTools {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly dataDir: string;
  readonly roleDirs: readonly string[];
  readonly desk: AgentDesk;
  readonly work: Work;
  readonly deployer: (provider: Provider) => Promise<Deployer>;
  /** How often a failed check of an execution is given back to the agent. */
  readonly fixRounds: number;
}
