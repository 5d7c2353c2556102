import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionView } from '../../../../src/contract/index.ts';
import { usersQuery } from '../../api/accounts.ts';
import { useRole } from '../../api/me.ts';
import {
  membersQuery,
  useRemoveMember,
  useSetMember,
  useWhyNotAct,
} from '../../api/sessions-members.ts';
import { PageError } from '../../layout/page-error.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { ActionSelect } from '../../ui/action-select.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';

const roles = [
  { value: 'viewer', label: 'may see it' },
  { value: 'operator', label: 'may steer it' },
] as const;

type MemberRole = (typeof roles)[number]['value'];

/** Who, besides its owner and admins, may use the session. */
export function Members({ session }: { readonly session: SessionView }) {
  const { session_id: sessionId } = session;
  const { data: members, error, refetch } = useQuery(membersQuery(sessionId));
  const whyNot = useWhyNotAct(session);
  const set = useSetMember(sessionId);
  const remove = useRemoveMember(sessionId);
  return (
    <div className="max-w-2xl space-y-4 p-4">
      <p className="text-muted">
        Its maker and admins may do everything here. Others see it only when they stand in this
        list.
      </p>
      {error === null ? null : <PageError error={error} reset={() => void refetch()} />}
      {members?.length === 0 ? (
        <EmptyState title="Nobody else may see this session.">
          Add somebody below to share it.
        </EmptyState>
      ) : null}
      {members === undefined || members.length === 0 ? null : (
        <ul aria-label="Members" className="divide-y divide-line rounded-md border border-line">
          {members.map(({ user_id: userId, name, role }) => (
            <li key={userId} className="flex flex-wrap items-center gap-3 px-3 py-2">
              <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
              <ActionSelect
                label={`What ${name} may do`}
                value={role}
                choices={roles}
                blocked={whyNot}
                disabled={set.isPending}
                onChange={(chosen) => set.mutate({ userId, name, role: chosen })}
              />
              <ActionButton
                blocked={whyNot}
                aria-label={`Remove ${name}`}
                onClick={() => remove.mutate({ userId, name })}
              >
                Remove
              </ActionButton>
            </li>
          ))}
        </ul>
      )}
      <AddMember session={session} whyNot={whyNot} />
    </div>
  );
}

interface AddMemberProps {
  readonly session: SessionView;
  readonly whyNot: string | undefined;
}

/** Admins choose from all users; others have to know the name, since they may not list users. */
function AddMember({ session, whyNot }: AddMemberProps) {
  const isAdmin = useRole('admin');
  const users = useInfiniteQuery({ ...usersQuery, enabled: isAdmin });
  const { data: members = [] } = useQuery(membersQuery(session.session_id));
  const set = useSetMember(session.session_id);
  const [userId, setUserId] = useState('');
  const [role, setRole] = useState<MemberRole>('viewer');
  const choices = (users.data?.pages.flatMap((page) => page.items) ?? []).filter(
    ({ user_id }) =>
      user_id !== session.user_id && !members.some((member) => member.user_id === user_id),
  );
  const missing = isAdmin ? 'Choose a user first.' : 'Type a name first.';
  const reason = userId.trim() === '' ? missing : wrongWord(userId);
  const blocked = whyNot ?? reason;
  return (
    <Form
      aria-label="Add a member"
      className="flex flex-wrap items-end gap-3"
      blocked={blocked}
      onSubmit={() => {
        const name = choices.find(({ user_id }) => user_id === userId)?.name ?? userId.trim();
        set.mutate({ userId: userId.trim(), name, role }, { onSuccess: () => setUserId('') });
      }}
    >
      <div className="min-w-48 flex-1">
        {isAdmin ? (
          <SelectField
            label="User"
            value={userId}
            onChange={(event) => setUserId(event.target.value)}
          >
            <option value="">Choose a user</option>
            {choices.map(({ user_id, name }) => (
              <option key={user_id} value={user_id}>
                {name}
              </option>
            ))}
          </SelectField>
        ) : (
          <TextField
            label="Name or id of the user"
            hint="As they log in; the id stands on their account page"
            error={wrongWord(userId)}
            autoComplete="off"
            value={userId}
            onChange={(event) => setUserId(event.target.value)}
          />
        )}
      </div>
      <div className="min-w-40">
        <SelectField
          label="Right"
          value={role}
          onChange={(event) => setRole(event.target.value as MemberRole)}
        >
          {roles.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </SelectField>
      </div>
      <ActionButton
        kind="primary"
        type="submit"
        className={isAdmin ? '' : 'mb-6'}
        blocked={blocked}
        disabled={set.isPending}
      >
        Add
      </ActionButton>
    </Form>
  );
}

/** Why this is neither a name nor an id; the server refuses it as well. */
function wrongWord(typed: string): string | undefined {
  const isWord = /^[\w.@+-]{0,100}$/.test(typed.trim());
  return isWord ? undefined : 'A name has no spaces: letters, digits and . @ + - _';
}
