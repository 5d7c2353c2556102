import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { sessionQuery } from '../api/sessions.ts';
import { siteOfSessionQuery } from '../api/sites.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import { Chat } from './session/chat.tsx';
import { Files } from './session/files.tsx';
import { MoveButtons } from './session/move-buttons.tsx';
import { Members } from './session/members.tsx';
import { SessionJobs } from './session/session-jobs.tsx';
import { SessionSettings } from './session/session-settings.tsx';
import { type SessionTab, sessionTabs } from './session/search.ts';
import { Usage } from './session/usage.tsx';

export function SessionPage() {
  const { sessionId } = useParams({ from: '/shell/sessions/$sessionId' });
  const { tab = 'chat' } = useSearch({ from: '/shell/sessions/$sessionId' });
  const { data: session, error, refetch } = useQuery(sessionQuery(sessionId));
  if (error !== null && session === undefined) {
    return <PageError error={error} reset={() => void refetch()} />;
  }
  if (session === undefined) return <Page title="Session">{null}</Page>;
  const Content = contents[tab];
  return (
    <Page
      title={session.name}
      actions={
        <>
          <SiteLink sessionId={sessionId} />
          <StateBadge state={session.status} />
          <MoveButtons session={session} />
        </>
      }
    >
      <div className="flex h-full flex-col">
        <TabBar sessionId={sessionId} current={tab} />
        <div className="min-h-0 flex-1 overflow-auto">
          <Content key={`${sessionId} ${tab}`} session={session} />
        </div>
      </div>
    </Page>
  );
}

function SiteLink({ sessionId }: { readonly sessionId: string }) {
  const { data: site } = useQuery(siteOfSessionQuery(sessionId));
  if (site == null) return null;
  return (
    <Link
      to="/sites/$sessionId"
      params={{ sessionId }}
      className="inline-flex min-h-8 items-center rounded-md border border-line bg-raised px-3 text-sm font-medium hover:border-muted"
    >
      Site
    </Link>
  );
}

const contents = {
  chat: Chat,
  files: Files,
  jobs: SessionJobs,
  usage: Usage,
  members: Members,
  settings: SessionSettings,
} as const;

interface TabBarProps {
  readonly sessionId: string;
  readonly current: SessionTab;
}

function TabBar({ sessionId, current }: TabBarProps) {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    const link = bar.current?.querySelector('[aria-current]');
    link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <nav
      ref={bar}
      aria-label="Parts of the session"
      className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-3"
    >
      {sessionTabs.map((tab) => (
        <Link
          key={tab}
          to="/sessions/$sessionId"
          params={{ sessionId }}
          search={tab === 'chat' ? {} : { tab }}
          aria-current={tab === current ? 'page' : undefined}
          className={`border-b-2 px-3 py-2 capitalize -outline-offset-2 hover:bg-raised ${tab === current ? 'border-accent font-semibold' : 'border-transparent text-muted'}`}
        >
          {tab}
        </Link>
      ))}
    </nav>
  );
}
