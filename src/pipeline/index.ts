export * from './execution.ts';
export * from './site.ts';
export type { AgentAnswer, AgentTask, StepContext, StepOutcome, StepWork } from './step-work.ts';
