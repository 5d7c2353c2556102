import { Link } from '@tanstack/react-router';
import type { LiveAgentView } from '../../../../src/contract/index.ts';
import { type ChatItem, isPending, useChatStep } from '../../api/chat.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { advice } from '../../ui/advice.ts';
import { QuestionCard } from '../needs-you-question.tsx';
import { MessageText } from './message-text.tsx';

interface ChatMessageProps {
  readonly item: ChatItem;
  /** The main agent while it works on this message. */
  readonly agent: LiveAgentView | null;
  readonly whyNot: string | undefined;
}

/** What a person wrote, and what became of it. */
export function ChatMessage({ item, agent, whyNot }: ChatMessageProps) {
  // The pipeline asks in the same conversation; its prompts and answers are not written for people.
  if (item.template === 'site') return <PipelineTask item={item} agent={agent} whyNot={whyNot} />;
  return (
    <article aria-label={`Message: ${item.title}`} className="space-y-2">
      <div className="ml-auto w-fit max-w-[85%] rounded-lg bg-raised px-3 py-2">
        <MessageText text={item.prompt} label="the message" />
        <p className="mt-1 text-right text-xs text-muted">
          <RelativeTime at={item.created_at} />
        </p>
      </div>
      {item.output === null ? null : (
        <div className="w-fit max-w-full rounded-lg border border-line bg-surface px-3 py-2 md:max-w-[92%]">
          <MessageText text={item.output} label="the answer" />
        </div>
      )}
      <Progress item={item} agent={agent} whyNot={whyNot} />
    </article>
  );
}

function PipelineTask(props: ChatMessageProps) {
  const { title, created_at: at } = props.item;
  const task = title.replace(/^Task: site\./, '');
  return (
    <article
      aria-label={`Pipeline: ${task}`}
      className="flex flex-wrap items-center gap-x-3 border-l-2 border-line pl-3 text-sm"
    >
      <span className="min-w-0 break-words">The pipeline asked for {task}</span>
      <span className="text-muted">
        <RelativeTime at={at} />
      </span>
      <Progress {...props} />
    </article>
  );
}

function Progress({ item, agent, whyNot }: ChatMessageProps) {
  const step = useChatStep(item.session_id);
  const act = (name: 'interrupt' | 'cancel' | 'retry'): void =>
    step.mutate({ jobId: item.job_id, step: name });
  const link = (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId: item.session_id }}
      search={{ tab: 'jobs', job: item.job_id }}
      className="text-sm text-accent hover:underline"
    >
      Details
    </Link>
  );
  if (isPending(item)) {
    return (
      <div className="space-y-2">
        <div className="flex flex-wrap items-center gap-3" role="status">
          <StateBadge state={agent?.state ?? item.status} />
          {item.status === 'queued' ? null : (
            <ActionButton
              blocked={whyNot}
              title="Stop its turn; it stays at its prompt, and the message waits for it"
              disabled={step.isPending}
              onClick={() => act('interrupt')}
            >
              Interrupt
            </ActionButton>
          )}
          <ActionButton blocked={whyNot} disabled={step.isPending} onClick={() => act('cancel')}>
            Cancel
          </ActionButton>
          {link}
        </div>
        {agent?.question == null ? null : (
          <QuestionCard
            key={agent.question.question_id}
            question={{ ...agent.question, session_id: item.session_id, job_title: item.title }}
            sessionName={agent.session_name}
            agent={agent.agent}
            whyNot={whyNot}
            isCurrent
          />
        )}
      </div>
    );
  }
  if (item.status === 'succeeded') return link;
  return (
    <div className="w-fit max-w-full space-y-1 rounded-lg border border-failed px-3 py-2">
      <StateBadge state={item.status} />
      {item.error === null ? null : (
        <>
          <p className="break-words">{item.error.message}</p>
          {item.error.todo === null ? null : (
            <p className="text-muted">{advice(item.error.todo)}</p>
          )}
        </>
      )}
      <div className="flex items-center gap-3">
        <ActionButton blocked={whyNot} disabled={step.isPending} onClick={() => act('retry')}>
          Retry
        </ActionButton>
        {link}
      </div>
    </div>
  );
}
