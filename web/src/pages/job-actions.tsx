import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { JobDetailView } from '../../../src/contract/index.ts';
import {
  useCancelJobs,
  useInterruptJob,
  useRetryJobs,
  useSetPriority,
} from '../api/jobs-actions.ts';
import { useRole } from '../api/me.ts';
import { terminalPath } from '../layout/paths.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { CancelDialog, PriorityDialog } from './jobs-bulk.tsx';

const linkLook =
  'inline-flex min-h-8 items-center rounded-md border border-line bg-raised px-3 text-sm font-medium hover:border-muted';

/** What can be done with a job now; what cannot is not shown. */
export function JobActions({ job }: { readonly job: JobDetailView }) {
  const [asks, setAsks] = useState<'cancel' | 'priority'>();
  const canSteer = useRole('operator');
  const retry = useRetryJobs();
  const cancel = useCancelJobs();
  const interrupt = useInterruptJob();
  const setPriority = useSetPriority();
  const close = (): void => setAsks(undefined);
  const last = job.attempt_list.at(-1);
  const isRunning = job.status === 'running' || job.status === 'leased';
  const isOpen = isRunning || job.status === 'queued';
  const ids = [job.job_id];
  return (
    <>
      {canSteer && !isOpen && job.status !== 'succeeded' ? (
        <ActionButton
          kind="primary"
          title="A retry cannot be undone; a job that runs can be cancelled"
          disabled={retry.isPending}
          onClick={() => retry.mutate({ job_ids: ids })}
        >
          Retry
        </ActionButton>
      ) : null}
      {last !== undefined && last.ended_at === null ? (
        <Link to={terminalPath(`${job.job_id}.${last.attempt}`)} className={linkLook}>
          Terminal
        </Link>
      ) : null}
      {last === undefined ? null : (
        <Link
          to="/recordings/$jobId/$attempt"
          params={{ jobId: job.job_id, attempt: String(last.attempt) }}
          className={linkLook}
        >
          Recording
        </Link>
      )}
      {canSteer && job.status === 'queued' ? (
        <ActionButton onClick={() => setAsks('priority')}>Priority</ActionButton>
      ) : null}
      {canSteer && job.status === 'running' ? (
        <ActionButton
          title="Stops the turn; the agent stays at its prompt"
          disabled={interrupt.isPending}
          onClick={() => interrupt.mutate(job.job_id)}
        >
          Interrupt
        </ActionButton>
      ) : null}
      {canSteer && isOpen ? (
        <ActionButton kind="danger" onClick={() => setAsks('cancel')}>
          Cancel
        </ActionButton>
      ) : null}
      <CancelDialog
        what={`“${job.title}”`}
        isOpen={asks === 'cancel'}
        isPending={cancel.isPending}
        onClose={close}
        onCancel={() => cancel.mutate({ job_ids: ids }, { onSettled: close })}
      />
      {asks === 'priority' ? (
        <PriorityDialog
          first={job.priority}
          onClose={close}
          onSet={(priority) => setPriority.mutate({ jobIds: ids, priority }, { onSuccess: close })}
        />
      ) : null}
    </>
  );
}
