import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SessionView } from '../../../../src/contract/index.ts';
import { liveAgentsQuery } from '../../api/jobs-choices.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { MoveButtons } from './move-buttons.tsx';

export function SessionRow({ session }: { readonly session: SessionView }) {
  const { session_id, name, status, agent, created_at, archived_at } = session;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 hover:bg-raised">
      <div className="min-w-0 flex-1 basis-56">
        <Link
          to="/sessions/$sessionId"
          params={{ sessionId: session_id }}
          className="block truncate py-1 font-semibold hover:underline"
        >
          {name}
        </Link>
        <p className="truncate text-sm text-muted">
          <span className="font-mono">{session_id}</span>
        </p>
      </div>
      <p className="w-28 truncate text-sm">{agent ?? 'default agent'}</p>
      <div className="w-28 text-sm">
        {status === 'active' ? (
          <MainAgentState sessionId={session_id} />
        ) : (
          <StateBadge state="archived" />
        )}
      </div>
      <p className="w-28 text-sm text-muted">
        <RelativeTime at={archived_at ?? created_at} />
      </p>
      <MoveButtons session={session} />
    </li>
  );
}

/** What the session's main agent does. */
function MainAgentState({ sessionId }: { readonly sessionId: string }) {
  const { data: agents } = useQuery(liveAgentsQuery);
  if (agents === undefined) return null;
  const agent = agents.find(({ agent_id }) => agent_id === sessionId);
  if (agent === undefined) return <span className="text-muted">not started</span>;
  return <StateBadge state={agent.state} />;
}
