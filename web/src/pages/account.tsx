import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../api/me.ts';
import { Page } from '../layout/page.tsx';
import { Logins } from './account/logins.tsx';
import { PasswordForm } from './account/password-form.tsx';
import { Tokens } from './account/tokens.tsx';

export function AccountPage() {
  const { data: me } = useQuery(meQuery);
  return (
    <Page title="Account">
      <div className="max-w-2xl space-y-8 p-4">
        {me == null ? null : (
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            <dt className="text-muted">Name</dt>
            <dd className="font-semibold">{me.user.name}</dd>
            <dt className="text-muted">Role</dt>
            <dd>{me.role}</dd>
            <dt className="text-muted">Id</dt>
            <dd className="font-mono text-sm break-all">{me.user.user_id}</dd>
          </dl>
        )}
        <PasswordForm />
        <Logins />
        <Tokens />
      </div>
    </Page>
  );
}
