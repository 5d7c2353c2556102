import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { UserView } from '../../../src/contract/index.ts';
import { oneTimeLink, useResetUser, usersQuery, useSetUser } from '../api/accounts.ts';
import { meQuery, useRole } from '../api/me.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { ActionButton } from '../ui/action-button.tsx';
import { ActionSelect } from '../ui/action-select.tsx';
import { Button } from '../ui/button.tsx';
import { CopyOnce } from '../ui/copy-once.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Invite } from './users/invite.tsx';
import { roleChoices } from './users/role-choices.ts';

export function UsersPage() {
  const users = useInfiniteQuery(usersQuery);
  const items = users.data?.pages.flatMap((page) => page.items) ?? [];
  const isAdmin = useRole('admin');
  const [isInviting, setIsInviting] = useState(false);
  return (
    <Page
      title="Users"
      actions={
        isAdmin ? (
          <ActionButton kind="primary" onClick={() => setIsInviting(true)}>
            Invite somebody
          </ActionButton>
        ) : null
      }
    >
      {users.error === null ? null : (
        <PageError error={users.error} reset={() => void users.refetch()} />
      )}
      <ul aria-label="Users" className="divide-y divide-line">
        {items.map((user) => (
          <UserRow key={user.user_id} user={user} />
        ))}
      </ul>
      {users.hasNextPage ? (
        <div className="p-4">
          <Button disabled={users.isFetchingNextPage} onClick={() => void users.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
      {isInviting ? <Invite onClose={() => setIsInviting(false)} /> : null}
    </Page>
  );
}

function UserRow({ user }: { readonly user: UserView }) {
  const { data: me } = useQuery(meQuery);
  const set = useSetUser();
  const reset = useResetUser();
  const { name, role, is_disabled } = user;
  const whyNot =
    me?.user.user_id === user.user_id ? 'You cannot take your own rights away.' : undefined;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
      <div className="min-w-0 flex-1 basis-48">
        <p className={`truncate font-semibold ${is_disabled ? 'text-muted line-through' : ''}`}>
          {name}
        </p>
        <p className="text-sm text-muted">
          <Presence user={user} />
        </p>
      </div>
      <ActionSelect
        label={`Role of ${name}`}
        value={role}
        choices={roleChoices.map((one) => ({ value: one.role, label: one.role }))}
        blocked={whyNot}
        disabled={set.isPending}
        onChange={(chosen) => set.mutate({ user, role: chosen })}
      />
      <div className="flex gap-2">
        <ActionButton
          aria-label={`New link for ${name}`}
          disabled={reset.isPending}
          onClick={() => reset.mutate(user.user_id)}
        >
          New link
        </ActionButton>
        <ActionButton
          blocked={whyNot}
          aria-label={`${is_disabled ? 'Enable' : 'Disable'} ${name}`}
          disabled={set.isPending}
          onClick={() => set.mutate({ user, is_disabled: !is_disabled })}
        >
          {is_disabled ? 'Enable' : 'Disable'}
        </ActionButton>
      </div>
      {reset.data === undefined ? null : (
        <Dialog
          title={`One-time link for ${name}`}
          description={`With it ${name} sets a new password. It is good once, until ${new Date(reset.data.invitation_expires_at).toLocaleString()}.`}
          isOpen
          onClose={reset.reset}
        >
          <CopyOnce label="One-time link" text={oneTimeLink(reset.data.invitation_path)} />
        </Dialog>
      )}
    </li>
  );
}

function Presence({ user }: { readonly user: UserView }) {
  if (user.is_disabled) return 'disabled';
  if (!user.has_password) return 'invited, not here yet';
  if (user.last_seen_at === null) return 'not seen yet';
  return (
    <>
      last seen <RelativeTime at={user.last_seen_at} />
    </>
  );
}
