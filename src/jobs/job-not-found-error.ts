import { CodedError } from '../base/index.ts';

/** There is no such job, or none that may be seen by whoever asks. */
export class JobNotFoundError extends CodedError {
  constructor(id: string) {
    super('job.not-found', `There is no job ${id}.`, {
      facts: { id },
      todo: 'List the jobs: tmux-builder job list',
    });
  }
}
