import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { LiveAgentView } from '../../../src/contract/index.ts';
import { agentsQuery } from '../api/agents.ts';
import { useRole } from '../api/me.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { openDialog } from '../state/dialogs.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { AgentCard } from './agents/agent-card.tsx';

/** Those that wait for a person come first, then those that work. */
const order: readonly string[] = ['asking', 'busy', 'delivering', 'finishing', 'starting'];

function rank({ state }: LiveAgentView): number {
  const place = order.indexOf(state);
  return place < 0 ? order.length : place;
}

/** Every living agent with a small picture of its terminal. */
export function AgentsPage() {
  const { state } = useSearch({ from: '/shell/agents' });
  const navigate = useNavigate({ from: '/agents' });
  const query = useInfiniteQuery(agentsQuery);
  const all = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const states = [...new Set(all.map((agent) => agent.state))].toSorted();
  const shown = all
    .filter((agent) => state === undefined || agent.state === state)
    .toSorted((a, b) => rank(a) - rank(b));
  const choose = (chosen: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, state: chosen }), replace: true });
  if (query.error !== null) return <PageError error={query.error} />;
  return (
    <Page title="Agents">
      {all.length === 0 ? null : (
        <div role="group" aria-label="States" className="flex gap-1 overflow-x-auto px-4 pt-3">
          <Filter isOn={state === undefined} onChoose={() => choose(undefined)}>
            All {all.length}
          </Filter>
          {states.map((one) => (
            <Filter key={one} isOn={state === one} onChoose={() => choose(one)}>
              <StateBadge state={one} count={all.filter((agent) => agent.state === one).length} />
            </Filter>
          ))}
        </div>
      )}
      {query.isPending ? (
        <p role="status" className="p-4 text-muted">
          Looking for agents…
        </p>
      ) : shown.length === 0 ? (
        <NoAgents isFiltered={all.length > 0} />
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(19rem,100%),1fr))] gap-3 p-4">
          {shown.map((agent) => (
            <li key={agent.agent_id} className="min-w-0">
              <AgentCard agent={agent} />
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage ? (
        <div className="p-4 text-center">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </Page>
  );
}

interface FilterProps {
  readonly isOn: boolean;
  readonly onChoose: () => void;
  readonly children: React.ReactNode;
}

function Filter({ isOn, onChoose, children }: FilterProps) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onChoose}
      className={`min-h-8 rounded-md border px-2 whitespace-nowrap ${isOn ? 'border-accent bg-surface font-semibold' : 'border-transparent hover:bg-raised'}`}
    >
      {children}
    </button>
  );
}

function NoAgents({ isFiltered }: { readonly isFiltered: boolean }) {
  const canAdd = useRole('operator');
  if (isFiltered) return <EmptyState title="No agent is in this state now." />;
  return (
    <EmptyState title="No agent is alive.">
      <p>
        Queue a job, or start the main agent of a{' '}
        <Link to="/sessions" className="text-accent hover:underline">
          session
        </Link>
        : its terminal stands here while it works.
      </p>
      {canAdd ? (
        <Button className="mt-3" kind="primary" onClick={() => openDialog({ kind: 'new-job' })}>
          New job
        </Button>
      ) : null}
    </EmptyState>
  );
}
