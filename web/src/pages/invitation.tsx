import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import { invitationQuery, useAcceptInvitation } from '../api/log-in.ts';
import { CentredForm } from '../layout/centred-form.tsx';
import { Button } from '../ui/button.tsx';
import { NewPasswordField, TextField } from '../ui/field.tsx';

/** Where a one-time link leads: set a password, and be logged in. */
export function InvitationPage() {
  const [code] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const router = useRouter();
  const { data: invitation, error } = useQuery(invitationQuery(code));
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accept = useAcceptInvitation(async () => await router.navigate({ to: '/', replace: true }));
  const isFirst = invitation?.is_first === true;
  if (error !== null) return <DeadLink error={error} />;
  return (
    <CentredForm
      title={
        isFirst ? 'Make the first admin' : `Welcome${invitation ? `, ${invitation.name}` : ''}`
      }
      error={accept.error}
      onSubmit={() => accept.mutate({ code, password, ...(isFirst ? { name } : {}) })}
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
      <NewPasswordField value={password} onChange={setPassword} />
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

/** A link that was used or is too old gives nothing to fill in: it says where to go on. */
function DeadLink({ error }: { readonly error: Error }) {
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <CentredForm
      title={isGone ? 'This link is used or too old' : 'The link could not be read'}
      error={isGone ? null : error}
      onSubmit={() => location.reload()}
    >
      {isGone ? (
        <>
          <p>It is good once. If you have set your password already, log in with it.</p>
          <p className="text-muted">If not, ask an admin for a new link.</p>
          <Link
            to="/login"
            className="flex min-h-8 items-center justify-center rounded-md bg-accent px-3 text-sm font-medium text-accent-text"
          >
            Log in
          </Link>
        </>
      ) : (
        <Button kind="primary" type="submit" className="w-full">
          Try again
        </Button>
      )}
    </CentredForm>
  );
}
