import { useState } from 'react';
import type { JobFilter } from '../../../src/contract/index.ts';
import {
  type Choice,
  jobsText,
  useCancelJobs,
  useRetryJobs,
  useSetPriority,
} from '../api/jobs-actions.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { nothingSelected, type Selection } from './jobs-selection.ts';

const MOST_PRIORITIES = 200;

interface JobsBulkProps {
  readonly selection: Selection;
  readonly filter: JobFilter;
  /** Jobs that the filter fits. */
  readonly total: number;
  readonly onSelect: (next: Selection) => void;
}

/** What can be done with the jobs that are selected. */
export function JobsBulk({ selection, filter, total, onSelect }: JobsBulkProps) {
  const [asks, setAsks] = useState<'cancel' | 'priority'>();
  const retry = useRetryJobs();
  const cancel = useCancelJobs();
  const setPriority = useSetPriority();
  const ids = selection.kind === 'all' ? [] : [...selection.ids];
  const count = selection.kind === 'all' ? total : ids.length;
  const choice: Choice = selection.kind === 'all' ? { filter } : { job_ids: ids };
  const done = (): void => {
    setAsks(undefined);
    onSelect(nothingSelected);
  };
  const tooMany = selection.kind === 'all' || count > MOST_PRIORITIES;
  return (
    <section
      aria-label="Selected jobs"
      className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line bg-surface px-3 py-2"
    >
      <p className="mr-auto font-semibold" aria-live="polite">
        {selection.kind === 'all'
          ? `All ${jobsText(count)} that the filter fits`
          : `${jobsText(count)} selected`}
      </p>
      {selection.kind === 'some' && total > count ? (
        <Button kind="quiet" onClick={() => onSelect({ kind: 'all' })}>
          Select all {total.toLocaleString('en')}
        </Button>
      ) : null}
      <ActionButton
        title="Queues again what failed, was cancelled, expired or was skipped"
        onClick={() => retry.mutate(choice, { onSuccess: done })}
        disabled={retry.isPending}
      >
        Retry
      </ActionButton>
      <ActionButton
        blocked={tooMany ? `Select at most ${MOST_PRIORITIES} jobs for this.` : undefined}
        onClick={() => setAsks('priority')}
      >
        Priority
      </ActionButton>
      <ActionButton kind="danger" onClick={() => setAsks('cancel')}>
        Cancel jobs
      </ActionButton>
      <Button kind="quiet" onClick={() => onSelect(nothingSelected)}>
        Clear
      </Button>
      <CancelDialog
        what={jobsText(count)}
        isOpen={asks === 'cancel'}
        isPending={cancel.isPending}
        onClose={() => setAsks(undefined)}
        onCancel={() => cancel.mutate(choice, { onSettled: done })}
      />
      {asks === 'priority' ? (
        <PriorityDialog
          onClose={() => setAsks(undefined)}
          onSet={(priority) => setPriority.mutate({ jobIds: ids, priority }, { onSuccess: done })}
        />
      ) : null}
    </section>
  );
}

interface CancelDialogProps {
  /** `3 jobs`, or a title. */
  readonly what: string;
  readonly isOpen: boolean;
  readonly isPending: boolean;
  readonly onClose: () => void;
  readonly onCancel: () => void;
}

export function CancelDialog({ what, isOpen, isPending, onClose, onCancel }: CancelDialogProps) {
  return (
    <Dialog
      title={`Cancel ${what}?`}
      description="Agents at work are ended, and what they have not written yet is lost. Jobs that are settled stay as they are."
      isOpen={isOpen}
      onClose={onClose}
    >
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep</Button>
        <ActionButton kind="danger" disabled={isPending} onClick={onCancel}>
          {isPending ? 'Cancelling…' : 'Cancel jobs'}
        </ActionButton>
      </div>
    </Dialog>
  );
}

interface PriorityDialogProps {
  readonly first?: number;
  readonly onClose: () => void;
  readonly onSet: (priority: number) => void;
}

export function PriorityDialog({ first = 0, onClose, onSet }: PriorityDialogProps) {
  const [text, setText] = useState(String(first));
  const priority = Number(text);
  const isGood = text !== '' && Number.isInteger(priority) && Math.abs(priority) <= 1_000;
  const wrong = isGood ? undefined : 'A whole number from -1000 to 1000';
  return (
    <Dialog title="Priority" isOpen onClose={onClose}>
      <Form className="space-y-3" blocked={wrong} onSubmit={() => onSet(priority)}>
        <TextField
          label="Priority"
          type="number"
          min={-1_000}
          max={1_000}
          autoFocus
          value={text}
          hint="Higher goes first; 0 is usual. It counts for jobs that have not begun."
          error={wrong}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          <ActionButton kind="primary" type="submit" blocked={wrong}>
            Set
          </ActionButton>
        </div>
      </Form>
    </Dialog>
  );
}
