import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { SessionView } from '../../../../src/contract/index.ts';
import { chatQuery, isPending } from '../../api/chat.ts';
import { mainAgentQuery } from '../../api/sessions.ts';
import { useWhyNotAct } from '../../api/sessions-members.ts';
import { PageError } from '../../layout/page-error.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ChatMessage } from './chat-message.tsx';
import { Composer } from './composer.tsx';
import { MainAgentBar } from './main-agent-bar.tsx';

/** As near to the end as this, a new message scrolls into view by itself. */
const NEAR_PX = 120;

interface ChatProps {
  readonly session: SessionView;
  /** Of a session with a site: a message can be followed by publishing it. */
  readonly hasSite?: boolean;
}

export function Chat({ session, hasSite = false }: ChatProps) {
  const { session_id: sessionId } = session;
  const actWhyNot = useWhyNotAct(session);
  const whyNot =
    session.status === 'archived' ? 'The session is archived. Restore it first.' : actWhyNot;
  const chat = useInfiniteQuery(chatQuery(sessionId));
  const { data: agent = null } = useQuery(mainAgentQuery(sessionId));
  const items = (chat.data?.pages.flatMap((page) => page.items) ?? []).toReversed();
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const last = items.at(-1);
  useEffect(() => {
    const element = list.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [last?.job_id, last?.output, last?.status]);
  return (
    <div className="flex h-full flex-col">
      <MainAgentBar session={session} agent={agent} whyNot={whyNot} />
      <div
        ref={list}
        tabIndex={0}
        role="log"
        aria-label="Conversation"
        className="min-h-0 flex-1 overflow-y-auto px-4 -outline-offset-2"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
        }}
      >
        <div className="mx-auto max-w-4xl space-y-4 py-4">
          {chat.error === null ? null : (
            <PageError error={chat.error} reset={() => void chat.refetch()} />
          )}
          {chat.hasNextPage ? (
            <Button disabled={chat.isFetchingNextPage} onClick={() => void chat.fetchNextPage()}>
              Show older messages
            </Button>
          ) : null}
          {chat.isSuccess && items.length === 0 ? (
            <EmptyState title="No message yet.">
              Write to the agent below. It remembers the conversation, and its files lie under
              Files.
            </EmptyState>
          ) : null}
          {items.map((item) => (
            <ChatMessage
              key={item.job_id}
              item={item}
              agent={isPending(item) && agent?.job_id === item.job_id ? agent : null}
              whyNot={whyNot}
            />
          ))}
        </div>
      </div>
      <Composer
        session={session}
        hasSite={hasSite}
        whyNot={whyNot}
        onSent={() => {
          isAtEnd.current = true;
        }}
      />
    </div>
  );
}
