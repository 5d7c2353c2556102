import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Role, roles } from '../../../../src/contract/index.ts';
import { useCreateToken } from '../../api/accounts.ts';
import { meQuery } from '../../api/me.ts';
import { sessionChoicesQuery } from '../../api/jobs-choices.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyOnce } from '../../ui/copy-once.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { FormError } from '../../ui/form-error.tsx';

const lives = [
  { days: '7', label: '7 days' },
  { days: '30', label: '30 days' },
  { days: '90', label: '90 days' },
  { days: '365', label: 'a year' },
  { days: '', label: 'it never ends' },
] as const;

export function CreateToken({ onClose }: { readonly onClose: () => void }) {
  const { data: me } = useQuery(meQuery);
  const { data: sessions = [] } = useQuery(sessionChoicesQuery);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [sessionId, setSessionId] = useState('');
  const [days, setDays] = useState<string>('30');
  const create = useCreateToken();
  if (create.data !== undefined) {
    return (
      <Dialog
        title={`Token “${create.data.name}”`}
        description="Keep it where the program finds it, and nobody else."
        isOpen
        onClose={onClose}
      >
        <CopyOnce label="Token" text={create.data.token} />
      </Dialog>
    );
  }
  const allowed = roles.slice(0, roles.indexOf(me?.role ?? 'viewer') + 1);
  return (
    <Dialog
      title="New token"
      description="A program that has it may do for you what the role allows."
      isOpen
      onClose={onClose}
    >
      <Form
        className="space-y-3"
        onSubmit={() => {
          create.mutate({
            name,
            role,
            ...(sessionId === '' ? {} : { session_id: sessionId }),
            ...(days === '' ? {} : { expires_in_days: Number(days) }),
          });
        }}
      >
        <FormError error={create.error} />
        <TextField
          label="Name"
          hint="What it is for"
          required
          maxLength={100}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <SelectField
            label="Role"
            value={role}
            onChange={(event) => setRole(event.target.value as Role)}
          >
            {allowed.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </SelectField>
          <SelectField label="Ends" value={days} onChange={(event) => setDays(event.target.value)}>
            {lives.map((life) => (
              <option key={life.days} value={life.days}>
                {life.label}
              </option>
            ))}
          </SelectField>
        </div>
        <SelectField
          label="Session"
          value={sessionId}
          onChange={(event) => setSessionId(event.target.value)}
        >
          <option value="">All that you may use</option>
          {sessions.map((session) => (
            <option key={session.session_id} value={session.session_id}>
              Only {session.name}
            </option>
          ))}
        </SelectField>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <ActionButton kind="primary" type="submit" disabled={create.isPending}>
            Make the token
          </ActionButton>
        </div>
      </Form>
    </Dialog>
  );
}
