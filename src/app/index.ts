export type { JobInput } from './add-job.ts';
export { App, type RetryInput } from './app.ts';
export type { Attachment } from './attach.ts';
export type { Check } from './doctor.ts';
export { openApp, type OpenOptions } from './open-app.ts';
export type { JobLog } from './read-output.ts';
export type { SessionHealth } from './session-agent.ts';
export type { WorkerInput } from './start-worker.ts';
export {
  toAgentView,
  toAttemptView,
  toErrorView,
  toEventView,
  toJobView,
  toRunView,
  toSessionView,
} from './to-view.ts';
export type { Job, JobError, JobStatus } from '../jobs/index.ts';
export type { Session } from '../sessions/index.ts';
export type { StoredEvent } from '../store/index.ts';
