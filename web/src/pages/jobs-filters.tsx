import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useRef } from 'react';
import type { JobCountsView } from '../../../src/contract/index.ts';
import { agentChoicesQuery, sessionChoicesQuery } from '../api/jobs-choices.ts';
import { useKeys } from '../state/keys.ts';
import { LateInput } from '../ui/late-input.tsx';
import { StateBadge } from '../ui/state-badge.tsx';
import type { JobsSearch, JobStatus } from './jobs-search.ts';

/** Tabs of the board; a job that was just leased counts as running for people. */
const tabs: readonly { readonly state: string; readonly status: readonly JobStatus[] }[] = [
  { state: 'queued', status: ['queued'] },
  { state: 'running', status: ['leased', 'running'] },
  { state: 'succeeded', status: ['succeeded'] },
  { state: 'failed', status: ['failed'] },
  { state: 'cancelled', status: ['cancelled'] },
  { state: 'expired', status: ['expired'] },
  { state: 'skipped', status: ['skipped'] },
];

const all = tabs.flatMap(({ status }) => status);

/** Jobs of these statuses; of all when none is named. */
export function countIn(counts: JobCountsView, status: readonly JobStatus[] | undefined): number {
  return (status ?? all).reduce((sum, one) => sum + counts[one], 0);
}

interface JobsTabsProps {
  readonly counts: JobCountsView | undefined;
  readonly chosen: readonly JobStatus[] | undefined;
  readonly onChoose: (status: JobStatus[] | undefined) => void;
}

const tabLook =
  'flex min-h-8 items-center gap-1 rounded-md border px-2 whitespace-nowrap aria-pressed:border-accent aria-pressed:bg-raised aria-pressed:font-semibold border-transparent hover:bg-raised';

/** Counts by status; each one narrows the list, several together widen it again. */
export function JobsTabs({ counts, chosen = [], onChoose }: JobsTabsProps) {
  const flip = (status: readonly JobStatus[], isOn: boolean): void => {
    const rest = chosen.filter((one) => !status.includes(one));
    const next = isOn ? rest : [...rest, ...status];
    onChoose(next.length === 0 ? undefined : next);
  };
  return (
    <div role="group" aria-label="Status" className="flex shrink-0 gap-1 overflow-x-auto px-3 pt-2">
      <button
        type="button"
        className={tabLook}
        aria-pressed={chosen.length === 0}
        onClick={() => onChoose(undefined)}
      >
        All
        <span className="tabular-nums">
          {counts === undefined ? '' : countIn(counts, undefined).toLocaleString('en')}
        </span>
      </button>
      {tabs.map(({ state, status }) => {
        const isOn = status.every((one) => chosen.includes(one));
        return (
          <button
            key={state}
            type="button"
            className={tabLook}
            aria-pressed={isOn}
            onClick={() => flip(status, isOn)}
          >
            <StateBadge
              state={state}
              count={counts === undefined ? undefined : countIn(counts, status)}
            />
          </button>
        );
      })}
    </div>
  );
}

interface JobsFiltersProps {
  readonly search: JobsSearch;
  readonly onChange: (change: Partial<JobsSearch>) => void;
}

const look = 'min-h-8 min-w-0 rounded-md border border-line bg-surface px-2';

export function JobsFilters({ search, onChange }: JobsFiltersProps) {
  const words = useRef<HTMLInputElement>(null);
  const { data: sessions = [] } = useQuery(sessionChoicesQuery);
  const { data: installed = [] } = useQuery(agentChoicesQuery);
  const agents = installed.map(({ agent: name }) => name);
  useKeys({ '/': () => words.current?.focus() });
  const isKnown = sessions.some(({ session_id: id }) => id === search.session);
  const { session, agent, mode, text } = search;
  const isNarrowed = [session, agent, mode, text].some((one) => one !== undefined);
  return (
    <search
      aria-label="Filters"
      className="flex shrink-0 flex-wrap gap-2 border-b border-line px-3 py-2"
    >
      <LateInput
        ref={words}
        label="Words of the title"
        placeholder="Words of the title ( / )"
        value={text ?? ''}
        className="flex-1 basis-40"
        onChange={(value) => onChange({ text: value === '' ? undefined : value })}
      />
      <select
        aria-label="Session"
        className={`${look} w-40 flex-auto md:flex-none`}
        value={session ?? ''}
        onChange={({ target }) => onChange({ session: target.value || undefined })}
      >
        <option value="">All sessions</option>
        {session === undefined || isKnown ? null : <option value={session}>{session}</option>}
        {sessions.map(({ session_id: id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Agent"
        className={`${look} w-32`}
        value={agent ?? ''}
        onChange={({ target }) => onChange({ agent: target.value || undefined })}
      >
        <option value="">All agents</option>
        {[...new Set([...(agent === undefined ? [] : [agent]), ...agents])].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Mode"
        className={`${look} w-32`}
        value={mode ?? ''}
        onChange={({ target }) =>
          onChange({ mode: target.value === '' ? undefined : (target.value as JobsSearch['mode']) })
        }
      >
        <option value="">All modes</option>
        <option value="one-shot">one-shot</option>
        <option value="persistent">persistent</option>
      </select>
      {isNarrowed ? (
        <button
          type="button"
          aria-label="Clear the filters"
          title="Clear the filters"
          className="grid size-8 place-items-center rounded-md hover:bg-raised"
          onClick={() =>
            onChange({ session: undefined, agent: undefined, mode: undefined, text: undefined })
          }
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      ) : null}
    </search>
  );
}
