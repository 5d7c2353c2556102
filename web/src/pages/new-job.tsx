import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useAddJob } from '../api/jobs-actions.ts';
import { agentChoicesQuery, sessionChoicesQuery, templatesQuery } from '../api/jobs-choices.ts';
import { useRole } from '../api/me.ts';
import { useGo } from '../layout/use-pages.ts';
import { closeDialog } from '../state/dialogs.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { FormError } from '../ui/form-error.tsx';
import { Key } from '../ui/key.tsx';
import { tellDone } from '../ui/toasts.tsx';
import {
  type Draft,
  emptyDraft,
  forgetDraft,
  keepDraft,
  needsProgram,
  readDraft,
  toBody,
} from './new-job-draft.ts';
import { MoreOptions, ProgramField } from './new-job-options.tsx';

/** Write a job. What was typed is kept until it is sent, also when the page is closed. */
export function NewJobDialog() {
  const [draft, setDraft] = useState<Draft>(readDraft);
  const sent = useRef({ text: '', key: '' });
  const go = useGo();
  const add = useAddJob();
  const { data: sessions = [] } = useQuery(sessionChoicesQuery);
  const { data: templates = [] } = useQuery(templatesQuery);
  const { data: agents = [] } = useQuery(agentChoicesQuery);
  // Only admins may name a program of the server's machine.
  const isAdmin = useRole('admin');
  const choices = agents.filter(({ agent }) => isAdmin || !needsProgram({ agent }));
  const set = (change: Partial<Draft>): void => {
    const next = { ...draft, ...change };
    setDraft(next);
    keepDraft(next);
  };
  const send = (): void => {
    if (draft.prompt.trim() === '') return;
    if (needsProgram(draft) && draft.command.trim() === '') return;
    const body = toBody(draft);
    const text = JSON.stringify(body);
    // The same job sent again after a failure keeps its key, so it cannot be queued twice.
    if (sent.current.text !== text) sent.current = { text, key: crypto.randomUUID() };
    add.mutate(
      { body, idempotencyKey: sent.current.key },
      {
        onSuccess: (job) => {
          forgetDraft();
          closeDialog();
          tellDone(`Queued: ${job.title}`);
          go(`/jobs/${job.job_id}`);
        },
      },
    );
  };
  return (
    <Dialog title="New job" isOpen onClose={closeDialog}>
      <Form
        className="space-y-3"
        onSubmit={send}
        onKeyDown={({ key, ctrlKey, metaKey, currentTarget }) => {
          if (key === 'Enter' && (ctrlKey || metaKey)) currentTarget.requestSubmit();
        }}
      >
        <FormError error={add.error} />
        <TextArea
          label="Prompt"
          rows={7}
          required
          autoFocus
          value={draft.prompt}
          hint="What the agent is to do. It is kept as a draft until you queue it."
          onChange={(event) => set({ prompt: event.target.value })}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <SelectField
            label="Agent"
            value={draft.agent}
            onChange={(event) => set({ agent: event.target.value })}
          >
            <option value="">As configured</option>
            {choices.map(({ agent, ready }) => (
              <option key={agent} value={agent}>
                {ready === 'no' ? `${agent} (not ready)` : agent}
              </option>
            ))}
          </SelectField>
          <SelectField
            label="Template"
            value={draft.template}
            onChange={(event) => set({ template: event.target.value })}
          >
            <option value="">None</option>
            {templates.map(({ name, description }) => (
              <option key={name} value={name}>
                {name}: {description}
              </option>
            ))}
          </SelectField>
          <SelectField
            label="Session"
            value={draft.session}
            onChange={(event) => set({ session: event.target.value })}
          >
            <option value="">default</option>
            {sessions.map(({ session_id: id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Model"
            placeholder="The agent’s own"
            value={draft.model}
            onChange={(event) => set({ model: event.target.value })}
          />
        </div>
        <ProgramField draft={draft} onChange={set} />
        <MoreOptions draft={draft} onChange={set} />
        <Buttons
          isPending={add.isPending}
          onEmpty={() => {
            forgetDraft();
            setDraft(emptyDraft);
          }}
        />
      </Form>
    </Dialog>
  );
}

interface ButtonsProps {
  readonly isPending: boolean;
  readonly onEmpty: () => void;
}

function Buttons({ isPending, onEmpty }: ButtonsProps) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button kind="quiet" onClick={onEmpty}>
        Empty the draft
      </Button>
      <Button onClick={closeDialog}>Close</Button>
      <ActionButton kind="primary" type="submit" disabled={isPending}>
        Queue <Key>Ctrl ↵</Key>
      </ActionButton>
    </div>
  );
}
