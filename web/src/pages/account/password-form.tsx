import { useState } from 'react';
import { useSetPassword } from '../../api/accounts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { NewPasswordField, TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { FormError } from '../../ui/form-error.tsx';

export function PasswordForm() {
  const [old, setOld] = useState('');
  const [password, setPassword] = useState('');
  const set = useSetPassword();
  return (
    <Form
      aria-labelledby="password-heading"
      className="space-y-3"
      onSubmit={() => {
        set.mutate(
          { old, password },
          {
            onSuccess: () => {
              setOld('');
              setPassword('');
            },
          },
        );
      }}
    >
      <h2 id="password-heading" className="font-semibold">
        Password
      </h2>
      <p className="text-muted">When you change it, your other logins end.</p>
      <FormError error={set.error} />
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Password now"
          type="password"
          autoComplete="current-password"
          required
          value={old}
          onChange={(event) => setOld(event.target.value)}
        />
        <NewPasswordField value={password} onChange={setPassword} />
      </div>
      <ActionButton type="submit" disabled={set.isPending}>
        Change the password
      </ActionButton>
    </Form>
  );
}
