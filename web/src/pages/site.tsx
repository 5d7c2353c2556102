import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { SessionView, SiteView } from '../../../src/contract/index.ts';
import { sessionQuery } from '../api/sessions.ts';
import { useWhyNotAct } from '../api/sessions-members.ts';
import { siteQuery } from '../api/sites.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { About } from './site/about.tsx';
import { Pipeline } from './site/pipeline.tsx';
import { Preview } from './site/preview.tsx';
import { Releases } from './site/releases.tsx';
import { type SiteTab, siteTabs } from './site/search.ts';
import { SiteActions } from './site/site-actions.tsx';
import { SiteLine } from './site/site-line.tsx';
import { SiteLogs } from './site/site-logs.tsx';

/** What every part of the page knows. */
export interface SitePartProps {
  readonly site: SiteView;
  readonly session: SessionView;
  /** Why the person may not change anything; undefined when they may. */
  readonly whyNot: string | undefined;
}

/** A site: how it is made, what it looks like, what was published. */
export function SitePage() {
  const { sessionId } = useParams({ from: '/shell/sites/$sessionId' });
  const site = useQuery(siteQuery(sessionId));
  const session = useQuery(sessionQuery(sessionId));
  const error = site.error ?? session.error;
  if (site.data !== undefined && session.data !== undefined) {
    return <Known site={site.data} session={session.data} />;
  }
  if (error === null) return <Page title="Site">{null}</Page>;
  const again = (): void => {
    void site.refetch();
    void session.refetch();
  };
  return <PageError error={error} reset={again} />;
}

function Known({ site, session }: Omit<SitePartProps, 'whyNot'>) {
  const { tab = 'pipeline' } = useSearch({ from: '/shell/sites/$sessionId' });
  const whyNot = useWhyNotAct(session);
  const Content = contents[tab];
  return (
    <Page title={site.name} actions={<SiteActions site={site} whyNot={whyNot} />}>
      <div className="flex h-full flex-col">
        <SiteLine site={site} />
        <TabBar sessionId={site.session_id} current={tab} />
        <div className="min-h-0 flex-1 overflow-auto">
          <Content
            key={`${site.session_id} ${tab}`}
            site={site}
            session={session}
            whyNot={whyNot}
          />
        </div>
      </div>
    </Page>
  );
}

const contents = {
  pipeline: Pipeline,
  preview: Preview,
  releases: Releases,
  logs: SiteLogs,
  about: About,
} as const;

interface TabBarProps {
  readonly sessionId: string;
  readonly current: SiteTab;
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
      aria-label="Parts of the site"
      className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-3"
    >
      {siteTabs.map((tab) => (
        <Link
          key={tab}
          to="/sites/$sessionId"
          params={{ sessionId }}
          search={tab === 'pipeline' ? {} : { tab }}
          aria-current={tab === current ? 'page' : undefined}
          className={`border-b-2 px-3 py-2 capitalize -outline-offset-2 hover:bg-raised ${tab === current ? 'border-accent font-semibold' : 'border-transparent text-muted'}`}
        >
          {tab}
        </Link>
      ))}
    </nav>
  );
}
