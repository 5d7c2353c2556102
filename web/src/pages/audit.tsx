import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { usersQuery } from '../api/accounts.ts';
import { type AuditFilter, auditQuery, useVerifyAudit } from '../api/audit.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { ActionButton } from '../ui/action-button.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LateInput } from '../ui/late-input.tsx';
import { AuditList } from './audit/audit-list.tsx';

export function AuditPage() {
  const filter = useSearch({ from: '/shell/audit' });
  const entries = useInfiniteQuery(auditQuery(filter));
  const items = entries.data?.pages.flatMap((page) => page.items) ?? [];
  const isNarrow = Object.values(filter).some((value) => value !== undefined);
  return (
    <Page
      title="Audit log"
      actions={
        <>
          <Button disabled={entries.isFetching} onClick={() => void entries.refetch()}>
            Refresh
          </Button>
          <Verify />
        </>
      }
    >
      <div className="flex h-full flex-col">
        <Filters filter={filter} />
        {entries.error === null ? null : (
          <PageError error={entries.error} reset={() => void entries.refetch()} />
        )}
        {entries.isSuccess && items.length === 0 ? (
          <EmptyState title={isNarrow ? 'No entry fits the filter.' : 'Nothing was done yet.'}>
            {isNarrow ? 'Empty a field to see more.' : 'What people do is written down here.'}
          </EmptyState>
        ) : null}
        {items.length === 0 ? null : (
          <AuditList
            items={items}
            hasMore={entries.hasNextPage && !entries.isFetchingNextPage}
            onMore={() => void entries.fetchNextPage()}
          />
        )}
      </div>
    </Page>
  );
}

function Verify() {
  const verify = useVerifyAudit();
  const { data: result } = verify;
  return (
    <>
      <span role="status" className="max-w-full text-sm break-words">
        {verify.isPending ? 'Checking…' : null}
        {result === undefined || verify.isPending ? null : (
          <span className={result.is_whole ? 'text-ok' : 'font-semibold text-failed'}>
            {result.is_whole
              ? `✓ Whole: ${result.entries.toLocaleString()} entries are as they were written.`
              : `✕ Broken at entry ${result.broken_at ?? '?'}: ${result.detail}`}
          </span>
        )}
      </span>
      <ActionButton disabled={verify.isPending} onClick={() => verify.mutate()}>
        Verify
      </ActionButton>
    </>
  );
}

function Filters({ filter }: { readonly filter: AuditFilter }) {
  const navigate = useNavigate({ from: '/audit' });
  const users = useInfiniteQuery(usersQuery);
  const change = (part: AuditFilter): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  return (
    <form
      role="search"
      aria-label="Filter the audit log"
      className="flex shrink-0 flex-wrap gap-3 border-b border-line px-4 py-2"
      onSubmit={(event) => event.preventDefault()}
    >
      <LateInput
        label="Action"
        className="w-56 font-mono"
        placeholder="Action: login.succeeded"
        value={filter.action ?? ''}
        onChange={(action) => change({ action: action || undefined })}
      />
      <label className="flex items-center gap-2 text-sm">
        User
        <select
          className="min-h-8 max-w-40 rounded-md border border-line bg-surface px-2"
          value={filter.user_id ?? ''}
          onChange={(event) => change({ user_id: event.target.value || undefined })}
        >
          <option value="">Everybody</option>
          {users.data?.pages
            .flatMap((page) => page.items)
            .map(({ user_id, name }) => (
              <option key={user_id} value={user_id}>
                {name}
              </option>
            ))}
        </select>
      </label>
      <LateInput
        label="Subject"
        className="w-56 font-mono"
        placeholder="Subject: an id"
        value={filter.subject ?? ''}
        onChange={(subject) => change({ subject: subject || undefined })}
      />
    </form>
  );
}
