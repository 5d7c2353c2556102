import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { call } from '../api/client.ts';
import { meQuery } from '../api/me.ts';
import { CentredForm } from '../layout/centred-form.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

export function LoginPage() {
  const { to = '/' } = useSearch({ from: '/login' });
  const router = useRouter();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const logIn = useMutation({
    mutationFn: async () => await call('logIn', { body: { name, password } }),
    onSuccess: async (me) => {
      queries.clear();
      queries.setQueryData(meQuery.queryKey, me);
      await router.navigate({ href: to, replace: true });
    },
    // What is typed next takes the place of the wrong one.
    onError: () => field.current?.select(),
  });
  return (
    <CentredForm title="Log in" error={logIn.error} onSubmit={() => logIn.mutate()}>
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
