import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { closeDialog } from '../state/dialogs.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { tellDone } from '../ui/toasts.tsx';

const SHORTEST = 10;

export function PasswordDialog() {
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: async () => await call('setPassword', { body: { old, password } }),
    onSuccess: () => {
      closeDialog();
      tellDone('The password is changed. Other logins of yours have ended.');
    },
  });
  return (
    <Dialog
      title="Change the password"
      description="Everywhere else you are logged out."
      isOpen
      onClose={closeDialog}
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <TextField
          label="Old password"
          type="password"
          autoComplete="current-password"
          required
          value={old}
          error={change.error?.message}
          onChange={(event) => setOld(event.target.value)}
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          minLength={SHORTEST}
          hint={`At least ${SHORTEST} characters`}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>Close</Button>
          <ActionButton kind="primary" type="submit" disabled={change.isPending}>
            Change
          </ActionButton>
        </div>
      </form>
    </Dialog>
  );
}
