import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useRole } from '../api/me.ts';
import { type SiteStatus, sitesQuery } from '../api/sites.ts';
import { Page } from '../layout/page.tsx';
import { PageError } from '../layout/page-error.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { siteStatuses } from './site/search.ts';
import { SiteRow } from './sites/site-row.tsx';

const filters: readonly (SiteStatus | undefined)[] = [undefined, ...siteStatuses];

/** All sites, the newest first. */
export function SitesPage() {
  const { status } = useSearch({ from: '/shell/sites' });
  const canAdd = useRole('operator');
  const sites = useInfiniteQuery(sitesQuery(status));
  const items = sites.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title="Sites"
      actions={
        canAdd ? (
          <Link
            to="/sites/new"
            className="inline-flex min-h-8 items-center rounded-md bg-accent px-3 text-sm font-medium text-accent-text hover:opacity-90"
          >
            New site
          </Link>
        ) : null
      }
    >
      <nav
        aria-label="States of sites"
        className="flex gap-1 overflow-x-auto border-b border-line px-4 py-2"
      >
        {filters.map((one) => (
          <Link
            key={one ?? 'all'}
            to="/sites"
            search={one === undefined ? {} : { status: one }}
            aria-current={one === status ? 'page' : undefined}
            className={`rounded-md px-3 py-1.5 -outline-offset-2 hover:bg-raised ${one === status ? 'bg-raised font-semibold' : ''}`}
          >
            {one === undefined ? 'All' : `${one.charAt(0).toUpperCase()}${one.slice(1)}`}
          </Link>
        ))}
      </nav>
      {sites.error === null ? null : (
        <PageError error={sites.error} reset={() => void sites.refetch()} />
      )}
      {sites.isSuccess && items.length === 0 ? <NoSites status={status} canAdd={canAdd} /> : null}
      {items.length === 0 ? null : (
        <ul aria-label="Sites" className="divide-y divide-line">
          {items.map((site) => (
            <SiteRow key={site.session_id} site={site} />
          ))}
        </ul>
      )}
      {sites.hasNextPage ? (
        <div className="p-4">
          <Button disabled={sites.isFetchingNextPage} onClick={() => void sites.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </Page>
  );
}

interface NoSitesProps {
  readonly status: SiteStatus | undefined;
  readonly canAdd: boolean;
}

function NoSites({ status, canAdd }: NoSitesProps) {
  if (status !== undefined) {
    return (
      <EmptyState title={`No site is ${status}.`}>
        <Link to="/sites" className="font-semibold text-accent">
          Show all sites
        </Link>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="There is no site yet.">
      <p>
        Say what you want: an agent plans and writes it, and it is put on the web, checked,
        photographed and tested.
      </p>
      {canAdd ? (
        <Link to="/sites/new" className="mt-3 inline-block font-semibold text-accent">
          Make the first one
        </Link>
      ) : null}
    </EmptyState>
  );
}
