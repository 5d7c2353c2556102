import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { agentChoicesQuery } from '../../api/jobs-choices.ts';
import { useCreateSession } from '../../api/sessions.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { readBudget } from './budget.ts';

interface CreateSessionProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function CreateSession({ isOpen, onClose }: CreateSessionProps) {
  const [name, setName] = useState('');
  const [agent, setAgent] = useState('');
  const [tokens, setTokens] = useState('');
  const [dollars, setDollars] = useState('');
  const create = useCreateSession();
  const navigate = useNavigate();
  const { data: agents = [] } = useQuery({ ...agentChoicesQuery, enabled: isOpen });
  const budget = readBudget(tokens, dollars);
  const isWrong = budget.errors.tokens !== undefined || budget.errors.dollars !== undefined;
  const blocked = isWrong ? 'Mend the numbers first.' : undefined;
  return (
    <Dialog
      title="New session"
      description="A piece of work with its files, its jobs and an agent to talk with."
      isOpen={isOpen}
      onClose={onClose}
    >
      <Form
        className="space-y-3"
        blocked={blocked}
        onSubmit={() => {
          create.mutate(
            {
              ...(name.trim() === '' ? {} : { name: name.trim() }),
              ...(agent === '' ? {} : { agent }),
              ...budget.value,
            },
            {
              onSuccess: ({ session_id }) =>
                void navigate({ to: '/sessions/$sessionId', params: { sessionId: session_id } }),
            },
          );
        }}
      >
        <FormError error={create.error} />
        <TextField
          label="Name"
          hint="Left empty, it gets one"
          maxLength={120}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField label="Agent" value={agent} onChange={(event) => setAgent(event.target.value)}>
          <option value="">The default of the server</option>
          {agents
            .filter(({ found }) => found)
            .map((one) => (
              <option key={one.agent} value={one.agent} disabled={one.ready === 'no'}>
                {one.ready === 'no' ? `${one.agent}: ${one.problem ?? 'not ready'}` : one.agent}
              </option>
            ))}
        </SelectField>
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="At most, in tokens"
            hint="For all its jobs together; empty: no limit"
            inputMode="numeric"
            value={tokens}
            error={budget.errors.tokens}
            onChange={(event) => setTokens(event.target.value)}
          />
          <TextField
            label="At most, in US dollars"
            hint="Empty: no limit"
            inputMode="decimal"
            value={dollars}
            error={budget.errors.dollars}
            onChange={(event) => setDollars(event.target.value)}
          />
        </div>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <ActionButton kind="primary" type="submit" blocked={blocked} disabled={create.isPending}>
            Make the session
          </ActionButton>
        </div>
      </Form>
    </Dialog>
  );
}
