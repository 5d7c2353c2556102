import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { LiveAgentView, SessionView } from '../../../../src/contract/index.ts';
import { type MainAgentStep, sessionHealthQuery, useMainAgentStep } from '../../api/sessions.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';

interface MainAgentBarProps {
  readonly session: SessionView;
  readonly agent: LiveAgentView | null;
  readonly whyNot: string | undefined;
}

/** What the main agent does and how well it is, with the ways to start, mend and end it. */
export function MainAgentBar({ session, agent, whyNot }: MainAgentBarProps) {
  const { session_id: sessionId } = session;
  const isActive = session.status === 'active';
  const { data: health } = useQuery({ ...sessionHealthQuery(sessionId), enabled: isActive });
  const step = useMainAgentStep(sessionId);
  const isThere = agent?.is_live === true;
  const isSick = isThere && health?.is_healthy === false;
  const steps: readonly { readonly step: MainAgentStep; readonly label: string }[] = isThere
    ? [
        ...(isSick ? [{ step: 'recover', label: 'Recover' } as const] : []),
        { step: 'stop', label: 'Stop' },
      ]
    : [{ step: 'start', label: 'Start' }];
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2 text-sm">
      <span className="text-muted">{agent?.agent ?? session.agent ?? 'Main agent'}</span>
      {isThere ? <StateBadge state={agent.state} /> : <span>not started</span>}
      {isSick ? (
        <span className="text-failed">not healthy: {health.reason ?? 'it does not answer'}</span>
      ) : null}
      {isThere && health?.is_healthy === true ? <span className="text-ok">healthy</span> : null}
      <span className="ml-auto flex flex-wrap gap-2">
        {isThere ? (
          <Link
            to="/agents/$agentId"
            params={{ agentId: sessionId }}
            className="inline-flex min-h-8 items-center px-2 text-accent hover:underline"
          >
            Terminal
          </Link>
        ) : null}
        {steps.map(({ step: name, label }) => (
          <ActionButton
            key={name}
            blocked={whyNot ?? (name === 'stop' ? busyWith(agent) : undefined)}
            disabled={step.isPending}
            onClick={() => step.mutate(name)}
          >
            {step.isPending && step.variables === name ? `${label}…` : label}
          </ActionButton>
        ))}
      </span>
    </div>
  );
}

function busyWith(agent: LiveAgentView | null): string | undefined {
  return agent?.job_id == null ? undefined : 'It works on a message. Wait for it, or cancel it.';
}
