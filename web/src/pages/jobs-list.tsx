import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { JobView } from '../../../src/contract/index.ts';
import { sessionChoicesQuery } from '../api/jobs-choices.ts';
import { compareAge } from '../api/jobs-pages.ts';
import type { JobList, Looked } from '../api/jobs.ts';
import { useAsking } from '../api/needs-you.ts';
import { useKeys } from '../state/keys.ts';
import { useIsWide } from '../ui/use-is-wide.ts';
import { JobRow } from './jobs-row.tsx';
import { extend, isSelected, type Selection, toggle } from './jobs-selection.ts';

const WIDE_ROW = 36;
const NARROW_ROW = 60;
/** Rows that are read before one comes to them. */
const AHEAD = 200;
const STEP = 50;

interface JobsListProps {
  readonly list: JobList;
  /** Jobs that the filter fits, loaded or not. */
  readonly total: number | undefined;
  readonly selection: Selection;
  readonly canSelect: boolean;
  readonly onSelect: (next: Selection) => void;
  readonly onLook: (looked: Looked) => void;
}

/** Rows of which only those in sight are drawn; keeps its place while new jobs come above. */
export function JobsList(props: JobsListProps) {
  const { list, total, selection, canSelect, onSelect, onLook } = props;
  const box = useRef<HTMLDivElement>(null);
  const isWide = useIsWide();
  const [top, setTop] = useState<JobView>();
  const shown = useMemo(
    () => (top === undefined ? list.jobs : list.jobs.filter((job) => compareAge(job, top) >= 0)),
    [list.jobs, top],
  );
  const ids = useMemo(() => shown.map(({ job_id: id }) => id), [shown]);
  const hidden = list.jobs.length - shown.length;
  const count = list.hasMore ? Math.max(shown.length + 1, (total ?? 0) - hidden) : shown.length;
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => (isWide ? WIDE_ROW : NARROW_ROW),
    overscan: 12,
    getItemKey: (index) => ids[index] ?? index,
  });
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { hasMore, more } = list;
  useEffect(() => {
    if (hasMore && last + AHEAD >= shown.length) more();
  }, [hasMore, last, shown.length, more]);
  const look = { first: floor(first + hidden), last: floor(last + hidden) + STEP };
  useEffect(() => onLook({ first: look.first, last: look.last }), [look.first, look.last, onLook]);
  useEffect(() => rows.measure(), [isWide, rows]);
  const active = useActiveRow(box, ids, rows.scrollToIndex);
  const pick = (id: string, isRange: boolean): void => {
    const from = active.get();
    active.set(id);
    onSelect(
      isRange && from !== undefined ? extend(selection, from, id, ids) : toggle(selection, id, ids),
    );
  };
  useKeys({
    j: () => active.move(1),
    k: () => active.move(-1),
    x: () => {
      const id = active.get();
      if (canSelect && id !== undefined) pick(id, false);
    },
  });
  const names = useSessionNames();
  const asking = useAsking();
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={box}
        className="h-full overflow-auto"
        data-testid="jobs"
        onScroll={({ currentTarget }) => {
          const isAtTop = currentTarget.scrollTop < 4;
          if (isAtTop !== (top === undefined)) setTop(isAtTop ? undefined : shown[0]);
        }}
      >
        <ul aria-label="Jobs" className="relative" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, key, size, start }) => {
            const job = shown[index];
            return (
              <li
                key={key}
                aria-setsize={count}
                aria-posinset={index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: size, transform: `translateY(${start}px)` }}
              >
                {job === undefined ? (
                  <div className="flex h-full items-center px-4 text-muted">…</div>
                ) : (
                  <JobRow
                    job={job}
                    sessionName={names.get(job.session_id)}
                    isAsking={asking.has(job.job_id)}
                    isSelected={isSelected(selection, job.job_id)}
                    onPick={canSelect ? pick : undefined}
                    onActive={active.set}
                  />
                )}
              </li>
            );
          })}
        </ul>
      </div>
      {hidden > 0 ? (
        <button
          type="button"
          className="absolute top-2 left-1/2 flex min-h-8 -translate-x-1/2 items-center gap-1 rounded-full border border-line bg-accent px-3 font-semibold text-accent-text shadow-lg"
          onClick={() => {
            setTop(undefined);
            list.restart();
            box.current?.scrollTo({ top: 0 });
          }}
        >
          <ArrowUp aria-hidden="true" className="size-4" />
          {hidden} new
        </button>
      ) : null}
    </div>
  );
}

function floor(index: number): number {
  return Math.floor(index / STEP) * STEP;
}

function useSessionNames(): ReadonlyMap<string, string> {
  const { data } = useQuery(sessionChoicesQuery);
  return useMemo(() => new Map(data?.map(({ session_id: id, name }) => [id, name])), [data]);
}

interface ActiveRow {
  readonly get: () => string | undefined;
  readonly set: (id: string) => void;
  /** Go so many rows on, with the focus. */
  readonly move: (by: number) => void;
}

function useActiveRow(
  box: React.RefObject<HTMLDivElement | null>,
  ids: readonly string[],
  scrollTo: (index: number) => void,
): ActiveRow {
  const active = useRef<string>(undefined);
  const wanted = useRef<string>(undefined);
  // After each drawing, since a row that was scrolled to is drawn only later.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-job="${wanted.current}"]`);
    if (row == null) return;
    row.focus({ preventScroll: true });
    wanted.current = undefined;
  });
  const [, draw] = useState(0);
  return {
    get: () => active.current,
    set: (id) => {
      active.current = id;
    },
    move: (by) => {
      const now = active.current === undefined ? -1 : ids.indexOf(active.current);
      const next = Math.min(Math.max(now + by, 0), ids.length - 1);
      const id = ids[next];
      if (id === undefined) return;
      active.current = id;
      wanted.current = id;
      scrollTo(next);
      draw((count) => count + 1);
    },
  };
}
