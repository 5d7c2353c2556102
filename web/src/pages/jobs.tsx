import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { jobCountsQuery, type Looked, useJobList } from '../api/jobs.ts';
import { useRole } from '../api/me.ts';
import { PageError } from '../layout/page-error.tsx';
import { Page } from '../layout/page.tsx';
import { openDialog } from '../state/dialogs.ts';
import { useKeys } from '../state/keys.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { JobsBulk } from './jobs-bulk.tsx';
import { countIn, JobsFilters, JobsTabs } from './jobs-filters.tsx';
import { JobsList } from './jobs-list.tsx';
import { type JobsSearch, toFilter } from './jobs-search.ts';
import { isEmpty, nothingSelected, type Selection } from './jobs-selection.ts';

export function JobsPage() {
  const search = useSearch({ from: '/shell/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const canSteer = useRole('operator');
  const filter = toFilter(search);
  const name = JSON.stringify(filter);
  const [looked, setLooked] = useState<Looked>({ first: 0, last: 100 });
  const [picked, setPicked] = useState({ name, selection: nothingSelected });
  const list = useJobList(filter, looked);
  const { status: _, ...rest } = filter;
  const { data: counts } = useQuery(jobCountsQuery(rest));
  // A selection belongs to the list that it was made in.
  const selection = picked.name === name ? picked.selection : nothingSelected;
  const select = (next: Selection): void => setPicked({ name, selection: next });
  const narrow = (change: Partial<JobsSearch>): void => {
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true });
  };
  useKeys({ Escape: () => select(nothingSelected) }, !isEmpty(selection));
  const total = counts === undefined ? undefined : countIn(counts, filter.status);
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <Page
      title="Jobs"
      actions={
        canSteer ? (
          <Button kind="primary" onClick={() => openDialog({ kind: 'new-job' })}>
            New job
          </Button>
        ) : null
      }
    >
      <div className="flex h-full flex-col">
        <JobsTabs
          counts={counts}
          chosen={search.status}
          onChoose={(status) => narrow({ status })}
        />
        <JobsFilters search={search} onChange={narrow} />
        {list.error !== null && list.jobs.length === 0 ? (
          <PageError error={list.error} reset={list.restart} />
        ) : list.jobs.length === 0 && !list.isLoading ? (
          <Empty
            isNarrowed={isNarrowed}
            canAdd={canSteer}
            onClear={() => void navigate({ search: {} })}
          />
        ) : (
          <JobsList
            key={name}
            list={list}
            total={total}
            selection={selection}
            canSelect={canSteer}
            onSelect={select}
            onLook={setLooked}
          />
        )}
        {isEmpty(selection) ? null : (
          <JobsBulk
            selection={selection}
            filter={filter}
            total={total ?? list.jobs.length}
            onSelect={select}
          />
        )}
      </div>
    </Page>
  );
}

interface EmptyProps {
  readonly isNarrowed: boolean;
  readonly canAdd: boolean;
  readonly onClear: () => void;
}

function Empty({ isNarrowed, canAdd, onClear }: EmptyProps) {
  if (isNarrowed) {
    return (
      <EmptyState title="No job fits.">
        <p>Take a filter away to see more.</p>
        <Button className="mt-3" onClick={onClear}>
          Show all jobs
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="There are no jobs yet.">
      <p>
        {canAdd
          ? 'A job is one prompt for one agent, with all its attempts and its output.'
          : 'You see the jobs of sessions that are shared with you: ask their makers.'}
      </p>
      {canAdd ? (
        <Button className="mt-3" kind="primary" onClick={() => openDialog({ kind: 'new-job' })}>
          Write the first one
        </Button>
      ) : null}
    </EmptyState>
  );
}
