/** What a program gets from `import ... from 'tmux-builder'`. */
export { CodedError } from './base/index.ts';
export {
  App,
  type Check,
  type Job,
  type JobInput,
  type JobStatus,
  openApp,
  type OpenOptions,
  type Session,
  type StoredEvent,
  type WorkerInput,
} from './app/index.ts';
