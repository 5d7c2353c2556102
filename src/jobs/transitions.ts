import { CodedError } from '../base/index.ts';
import type { JobStatus } from './job.ts';

interface Transition {
  readonly from: JobStatus;
  readonly to: JobStatus;
  readonly when: string;
}

/** Every change of status there is; docs/jobs.md shows this table and a test keeps them equal. */
export const transitions: readonly Transition[] = [
  { from: 'queued', to: 'leased', when: 'a worker leases it' },
  { from: 'queued', to: 'cancelled', when: 'it is cancelled before it began' },
  { from: 'queued', to: 'expired', when: 'its deadline passes before it began' },
  { from: 'queued', to: 'skipped', when: 'a job it depends on does not succeed' },
  { from: 'leased', to: 'running', when: "the attempt's agent runs" },
  {
    from: 'leased',
    to: 'succeeded',
    when: 'its agent had ended its work before it was written down',
  },
  { from: 'leased', to: 'queued', when: 'the agent could not be started and attempts are left' },
  { from: 'leased', to: 'failed', when: 'the agent could not be started and no attempt is left' },
  { from: 'leased', to: 'cancelled', when: 'it is cancelled while its agent starts' },
  { from: 'leased', to: 'expired', when: 'its deadline passes while its agent starts' },
  { from: 'running', to: 'succeeded', when: 'its output was accepted' },
  {
    from: 'running',
    to: 'queued',
    when: 'the attempt failed and attempts are left, or a usage limit is to be waited for',
  },
  { from: 'running', to: 'failed', when: 'the attempt failed and no attempt is left' },
  { from: 'running', to: 'cancelled', when: 'it is cancelled while its agent works' },
  { from: 'running', to: 'expired', when: 'its deadline passes while its agent works' },
  { from: 'failed', to: 'queued', when: 'a person retries it' },
  { from: 'cancelled', to: 'queued', when: 'a person retries it' },
  { from: 'expired', to: 'queued', when: 'a person retries it, with a new deadline' },
  { from: 'skipped', to: 'queued', when: 'a person retries it' },
];

/** @throws {CodedError} `job.wrong-status` when no transition leads from `from` to `to`. */
export function checkTransition(jobId: string, from: JobStatus, to: JobStatus): void {
  if (transitions.some((one) => one.from === from && one.to === to)) return;
  throw new CodedError('job.wrong-status', `Job ${jobId} is ${from}; it cannot become ${to}.`, {
    facts: { jobId, from, to },
    todo: `See what happened to it: tmux-builder job show ${jobId}`,
  });
}
