import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useRole } from '../api/me.ts';
import { type SessionStatus, sessionsQuery } from '../api/sessions.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { ActionButton } from '../ui/action-button.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { CreateSession } from './session/create-session.tsx';
import { SessionRow } from './session/session-row.tsx';

const kinds: readonly { readonly status: SessionStatus; readonly label: string }[] = [
  { status: 'active', label: 'Active' },
  { status: 'archived', label: 'Archived' },
];

export function SessionsPage() {
  const { status = 'active', create = false } = useSearch({ from: '/shell/sessions' });
  const navigate = useNavigate({ from: '/sessions' });
  const isOperator = useRole('operator');
  const sessions = useInfiniteQuery(sessionsQuery(status));
  const items = sessions.data?.pages.flatMap((page) => page.items) ?? [];
  const [createdBefore, setCreatedBefore] = useState(0);
  const whyNot = isOperator ? undefined : 'You may look, not act: your role is viewer.';
  const open = (create: boolean): void => {
    void navigate({ search: (before) => ({ ...before, create: create || undefined }) });
    if (!create) setCreatedBefore((count) => count + 1);
  };
  return (
    <Page
      title="Sessions"
      actions={
        <ActionButton kind="primary" blocked={whyNot} onClick={() => open(true)}>
          New session
        </ActionButton>
      }
    >
      <nav aria-label="Kinds of sessions" className="flex gap-1 border-b border-line px-4 py-2">
        {kinds.map(({ status: one, label }) => (
          <Link
            key={one}
            to="/sessions"
            search={one === 'active' ? {} : { status: one }}
            aria-current={one === status ? 'page' : undefined}
            className={`rounded-md px-3 py-1.5 hover:bg-raised ${one === status ? 'bg-raised font-semibold' : ''}`}
          >
            {label}
          </Link>
        ))}
      </nav>
      {sessions.error === null ? null : (
        <PageError error={sessions.error} reset={() => void sessions.refetch()} />
      )}
      {sessions.isSuccess && items.length === 0 ? <NoSessions status={status} /> : null}
      {items.length === 0 ? null : (
        <ul className="divide-y divide-line">
          {items.map((session) => (
            <SessionRow key={session.session_id} session={session} />
          ))}
        </ul>
      )}
      {sessions.hasNextPage ? (
        <div className="p-4">
          <Button
            disabled={sessions.isFetchingNextPage}
            onClick={() => void sessions.fetchNextPage()}
          >
            Show more
          </Button>
        </div>
      ) : null}
      <CreateSession
        key={createdBefore}
        isOpen={create && isOperator}
        onClose={() => open(false)}
      />
    </Page>
  );
}

function NoSessions({ status }: { readonly status: SessionStatus }) {
  const canAdd = useRole('operator');
  return status === 'active' ? (
    <EmptyState title="There is no session yet.">
      A session is a piece of work with its files, its jobs and an agent to talk with.{' '}
      {canAdd
        ? 'Make one with “New session”.'
        : 'You see those that are shared with you: ask their makers.'}
    </EmptyState>
  ) : (
    <EmptyState title="No session is archived.">
      A session that you archive is put away here; it can be restored.
    </EmptyState>
  );
}
