import { Link } from '@tanstack/react-router';
import type { LiveAgentView } from '../../../../src/contract/index.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Thumbnail } from '../../terminal/thumbnail.tsx';

interface AgentCardProps {
  readonly agent: LiveAgentView;
}

/** One agent: what it does, for whom, and how its terminal looks now. */
export function AgentCard({ agent }: AgentCardProps) {
  const { agent_id, state, since, title, session_name, question } = agent;
  const name = title ?? `Main agent of ${session_name}`;
  return (
    <Link
      to="/agents/$agentId"
      params={{ agentId: agent_id }}
      className={`block rounded-lg border bg-surface hover:border-muted ${state === 'asking' ? 'border-asking' : 'border-line'}`}
    >
      <Thumbnail agentId={agent_id} isLive={agent.is_live} />
      <div className="space-y-0.5 p-2">
        <p className="truncate font-medium" title={name}>
          {name}
        </p>
        <p className="flex justify-between gap-2 text-sm">
          <StateBadge state={state} />
          <span className="text-muted">
            <RelativeTime at={since} />
          </span>
        </p>
        <p className="truncate text-sm text-muted">
          {agent.agent} · {session_name}
        </p>
        {question === null ? null : (
          <p className="truncate text-sm text-asking" title={question.question}>
            {question.question}
          </p>
        )}
      </div>
    </Link>
  );
}
