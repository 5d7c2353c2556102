/** The nine parts of an execution, in their order. */
export const stepNames = [
  'create_user',
  'create_session',
  'gather_requirements',
  'create_plan',
  'generate_code',
  'deploy',
  'health_check',
  'screenshot',
  'e2e_tests',
] as const;
export type StepName = (typeof stepNames)[number];

export const stepStatuses = ['pending', 'running', 'succeeded', 'failed', 'skipped'] as const;
export type StepStatus = (typeof stepStatuses)[number];

export const executionStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

/**
 * Why a session passes through the pipeline. `create` does all nine steps; `redeploy` and
 * `rollback` begin at `deploy`: the steps before it are skipped, and say so.
 */
export const executionKinds = ['create', 'redeploy', 'rollback'] as const;
export type ExecutionKind = (typeof executionKinds)[number];

export interface StepError {
  readonly code: string;
  readonly message: string;
  readonly todo: string | undefined;
}

/** Something a step left for people, inside the session's directory. */
export interface Artefact {
  /** `requirements.json`, `desktop.png`, `report/index.html`. */
  readonly name: string;
  readonly kind: 'json' | 'text' | 'image' | 'report';
  /** Relative to the session's directory. */
  readonly path: string;
}

export interface Step {
  readonly name: StepName;
  /** 1 to 9. */
  readonly number: number;
  readonly status: StepStatus;
  /** How often it was begun. */
  readonly attempts: number;
  /** What came of it, in one line; of a skipped step, why. */
  readonly summary: string | undefined;
  readonly error: StepError | undefined;
  readonly artefacts: readonly Artefact[];
  /** Jobs by which the agent did its part, oldest first. */
  readonly jobIds: readonly string[];
  /** What later steps build on, checked by the step's own schema when it is read. */
  readonly result: Readonly<Record<string, unknown>>;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** One passage of a session through the site pipeline. Times are wall time in ms. */
export interface Execution {
  readonly id: string;
  readonly sessionId: string;
  readonly kind: ExecutionKind;
  readonly status: ExecutionStatus;
  /** Of `rollback`: the release to go back to. */
  readonly releaseId: string | undefined;
  /** How often a failed check was given back to the agent. */
  readonly fixRounds: number;
  readonly steps: readonly Step[];
  readonly error: StepError | undefined;
  readonly cancelRequestedAt: number | undefined;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}
