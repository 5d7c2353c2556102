import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { meQuery } from '../api/me.ts';
import { CentredForm } from '../layout/centred-form.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

const SHORTEST_PASSWORD = 10;

/** Where a one-time link leads: set a password, and be logged in. */
export function InvitationPage() {
  const [code] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const router = useRouter();
  const queries = useQueryClient();
  const { data: invitation, error } = useQuery({
    queryKey: ['invitation', code],
    queryFn: async () => await call('getInvitation', { body: { code } }),
    retry: false,
  });
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: async () =>
      await call('acceptInvitation', {
        body: { code, password, ...(invitation?.is_first === true ? { name } : {}) },
      }),
    onSuccess: async (me) => {
      queries.clear();
      queries.setQueryData(meQuery.queryKey, me);
      await router.navigate({ to: '/', replace: true });
    },
  });
  const isFirst = invitation?.is_first === true;
  return (
    <CentredForm
      title={
        isFirst ? 'Make the first admin' : `Welcome${invitation ? `, ${invitation.name}` : ''}`
      }
      error={error ?? accept.error}
      onSubmit={() => accept.mutate()}
    >
      {isFirst ? (
        <TextField
          label="Name"
          autoComplete="username"
          autoFocus
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      ) : null}
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        minLength={SHORTEST_PASSWORD}
        hint={`At least ${SHORTEST_PASSWORD} characters`}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button
        kind="primary"
        type="submit"
        className="w-full"
        disabled={invitation === undefined || accept.isPending}
      >
        Set the password
      </Button>
    </CentredForm>
  );
}
