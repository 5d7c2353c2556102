export { LARGEST_OUTPUT_BYTES } from './accept-output.ts';
export type { Attempt } from './attempt.ts';
export { countByStatus, countLeft, type Dependency, insertJob, type NewJob } from './enqueue.ts';
export { mendRestored } from './mend-restored.ts';
export {
  disownMainAgent,
  forgetMainAgent,
  type MainAgent,
  mainAgentHome,
  mainAgentRequest,
  OtherAgentError,
  readMainAgent,
  withPresentEvents,
} from './main-agent.ts';
export {
  type FeedEvent,
  type FeedPage,
  findVisible,
  lastPosition,
  listFeed,
  readFeed,
} from './feed-events.ts';
export { listRecordedDirs } from './recorded-attempts.ts';
export { noteMainAgent } from './main-agent-row.ts';
export { type AgentFacts, findAttemptAgent, getMainAgentFacts, listAgents } from './live-agents.ts';
export { lookRequestOf } from './attempt-request.ts';
export { holdMainAgent, type MainAgentHold } from './hold-main-agent.ts';
export { startMainAgent } from './start-main-agent.ts';
export {
  findNextStart,
  getJob,
  type JobQuery,
  listAttempts,
  listJobs,
  type Page,
} from './find-job.ts';
export type { WorkerTools } from './hold-attempt.ts';
export {
  isSettled,
  type Job,
  type JobError,
  jobStatuses,
  type JobStatus,
  jobModes,
  type Permission,
  permissions,
  type SettledStatus,
} from './job.ts';
export { findLimits } from './quota.ts';
export {
  reportUsage,
  type Total,
  totalOf,
  type UsageGroup,
  type UsageLine,
  type UsageReport,
} from './totals.ts';
export { countJobs, type JobCounts } from './count-jobs.ts';
export { dismissFailed, findFailed } from './failed-jobs.ts';
export type { JobChoice } from './job-conditions.ts';
export { JobNotFoundError } from './job-not-found-error.ts';
export { setPriority } from './set-priority.ts';
export { expireQueued, requestCancel, requestInterrupt, retryJob } from './steer-job.ts';
export { type BulkResult, cancelJobs, type JobsChoice, retryJobs } from './steer-jobs.ts';
export { answersTo, parseAnswer } from './parse-answer.ts';
export {
  answerQuestion,
  getQuestion,
  listQuestions,
  listSeenQuestions,
  type Question,
  type SeenQuestion,
} from './questions.ts';
export { fillTemplate, getTemplate, listTemplates, type Template } from './template.ts';
export { transitions } from './transitions.ts';
export { startWorker } from './start-worker.ts';
export type { Worker, WorkerOptions } from './worker.ts';
export { listLiveWorkers, type WorkerRow } from './worker-row.ts';
