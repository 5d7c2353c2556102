export { LARGEST_OUTPUT_BYTES } from './accept-output.ts';
export type { Attempt } from './attempt.ts';
export { countByStatus, countLeft, type Dependency, insertJob, type NewJob } from './enqueue.ts';
export { getJob, type JobQuery, listAttempts, listJobs, type Page } from './find-job.ts';
export type { HoldTools } from './hold-attempt.ts';
export {
  isSettled,
  type Job,
  type JobError,
  jobStatuses,
  type JobStatus,
  type Permission,
  permissions,
  type SettledStatus,
} from './job.ts';
export { expireQueued, requestCancel, retryJob } from './steer-job.ts';
export { fillTemplate, getTemplate, listTemplates, type Template } from './template.ts';
export { transitions } from './transitions.ts';
export { startWorker } from './start-worker.ts';
export type { Worker, WorkerOptions } from './worker.ts';
export { listLiveWorkers, type WorkerRow } from './worker-row.ts';
