import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { AuditView } from '../../../../src/contract/index.ts';

interface AuditListProps {
  readonly items: readonly AuditView[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

const ROW_PX = 34;
const AHEAD = 30;

/** Any number of entries: only those in sight are in the page. */
export function AuditList({ items, hasMore, onMore }: AuditListProps) {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => items[index]?.sequence ?? index,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= items.length - AHEAD) onMore();
  }, [hasMore, last, items.length, onMore]);
  return (
    <div
      ref={box}
      tabIndex={0}
      role="region"
      aria-label="Entries"
      className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
    >
      <ol className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, key, start }) => {
          const entry = items[index];
          return entry === undefined ? null : (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              aria-setsize={hasMore ? -1 : items.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0 border-b border-line hover:bg-raised"
              style={{ transform: `translateY(${start}px)` }}
            >
              <Entry entry={entry} />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function Entry({ entry }: { readonly entry: AuditView }) {
  const { sequence, at, action, user_id, user_name, address, subject, data, hash } = entry;
  const facts = Object.entries(data);
  return (
    <div
      className="flex flex-wrap gap-x-4 gap-y-0.5 px-4 py-1.5 text-sm"
      title={`Entry ${sequence}, hash ${hash}`}
    >
      <time dateTime={at} className="w-44 shrink-0 whitespace-nowrap text-muted tabular-nums">
        {new Date(at).toLocaleString()}
      </time>
      <span className="w-28 shrink-0 truncate">{user_name ?? user_id ?? 'nobody'}</span>
      <span className="w-44 shrink-0 font-mono">{action}</span>
      <span className="font-mono break-all">{subject}</span>
      <span className="min-w-0 font-mono break-all text-muted">
        {facts.map(([key, value]) => `${key}=${textOf(value)}`).join(' ')}
      </span>
      <span className="ml-auto text-muted">{address ?? 'command line'}</span>
    </div>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
