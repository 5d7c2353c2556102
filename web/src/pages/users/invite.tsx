import { useState } from 'react';
import type { Role } from '../../../../src/contract/index.ts';
import { oneTimeLink, useInvite } from '../../api/accounts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyOnce } from '../../ui/copy-once.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { roleChoices } from './role-choices.ts';

/** Make a user, and show the link by which they set their password. */
export function Invite({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const invite = useInvite();
  if (invite.data !== undefined) {
    const { invitation_path, invitation_expires_at } = invite.data;
    return (
      <Dialog
        title={`${invite.data.name} is invited`}
        description={`Give them this link: with it they set their password. It is good once, until ${new Date(invitation_expires_at).toLocaleString()}.`}
        isOpen
        onClose={onClose}
      >
        <CopyOnce label="One-time link" text={oneTimeLink(invitation_path)} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Invite somebody" isOpen onClose={onClose}>
      <Form className="space-y-3" onSubmit={() => invite.mutate({ name, role })}>
        <FormError error={invite.error} />
        <TextField
          label="Name"
          hint="Letters, digits and . _ @ + -"
          required
          pattern="[\w.@+\-]{1,100}"
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField
          label="Role"
          value={role}
          onChange={(event) => setRole(event.target.value as Role)}
        >
          {roleChoices.map((one) => (
            <option key={one.role} value={one.role}>
              {one.role}: {one.says}
            </option>
          ))}
        </SelectField>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <ActionButton kind="primary" type="submit" disabled={invite.isPending}>
            Invite
          </ActionButton>
        </div>
      </Form>
    </Dialog>
  );
}
