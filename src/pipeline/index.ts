export * from './execution.ts';
export * from './site.ts';
export type { AgentAnswer, AgentTask, StepContext, StepOutcome, StepWork } from './step-work.ts';
export {
  type ListedRole,
  listRoles,
  type Plan,
  planSchema,
  roleDirsOf,
} from './agent-steps/index.ts';
export { completeSpec } from './complete-spec.ts';
export { type BegunSite, createSite, monthlyUsdOf, type SiteWish } from './create-site.ts';
export { expireSites, markDestroying } from './destroy-state.ts';
export { isOpen, nextStep, type StoredExecution } from './execution-state.ts';
export {
  getExecutionIn,
  getPersonIn,
  getSiteFacts,
  getSiteIn,
  listExecutionsIn,
  listSitesIn,
  type SiteFacts,
  type SitesQuery,
} from './find-sites.ts';
export { mendRestoredSites } from './mend-restored-sites.ts';
export { ensurePerson, findPersonByEmailIn, findPersonIn, type Person } from './people.ts';
export { releasesDir } from './release-files.ts';
export { listReleasesIn, type SiteRelease } from './releases.ts';
export { resultTextIn } from './results.ts';
export { Runner, type RunnerOptions } from './runner.ts';
export { queueExecution, requestCancel, steerStep, type StepWish } from './steer-execution.ts';
export { listStuckSites, type StuckSite } from './stuck-sites.ts';
export { type LogLine, readStepLog, stepPlace } from './step-log.ts';
export { specOf } from './steps/deploy-site.ts';
export { pipelineWork, type StepTools } from './steps/own-steps.ts';
export type { AgentDesk, OwnContext, OwnOutcome, OwnWork, PipelineTools, Work } from './tools.ts';
