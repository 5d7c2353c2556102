import { useRouter, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useLogIn } from '../api/log-in.ts';
import { CentredForm } from '../layout/centred-form.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

export function LoginPage() {
  const { to = '/' } = useSearch({ from: '/login' });
  const router = useRouter();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const logIn = useLogIn(async () => await router.navigate({ href: to, replace: true }));
  // What is typed next takes the place of the wrong one.
  const onError = (): void => field.current?.select();
  return (
    <CentredForm
      title="Log in"
      error={logIn.error}
      onSubmit={() => logIn.mutate({ name, password }, { onError })}
    >
      <TextField
        label="Name"
        autoComplete="username"
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        ref={field}
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button kind="primary" type="submit" className="w-full" disabled={logIn.isPending}>
        Log in
      </Button>
      <p className="text-sm text-muted">
        No password yet, or forgotten it? An admin can give you a one-time link.
      </p>
    </CentredForm>
  );
}
