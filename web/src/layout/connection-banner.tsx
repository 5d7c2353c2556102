import { CloudOff, RefreshCw } from 'lucide-react';
import { type Connection, useConnection } from '../state/connection.ts';
import { reconnectNow } from '../state/live.ts';
import { formatLength, useNow } from '../ui/relative-time.tsx';

const RESYNCED_SHOWN_MS = 8_000;

/** Says when the page is older than it looks. Stands above every page. */
export function ConnectionBanner() {
  const connection = useConnection();
  const now = useNow();
  const text = describe(connection, now);
  return (
    <div role="status" aria-live="polite">
      {text === undefined ? null : (
        <p className="flex flex-wrap items-center gap-x-2 border-b border-asking bg-raised px-4 py-1.5 text-asking">
          <CloudOff aria-hidden="true" className="size-4" />
          {text}
          {connection.kind === 'reconnecting' ? (
            <button
              type="button"
              className="ml-auto min-h-8 rounded-md px-2 font-semibold underline hover:bg-surface"
              onClick={reconnectNow}
            >
              Try now
            </button>
          ) : null}
        </p>
      )}
      {isResynced(connection, now) ? (
        <p className="flex items-center gap-2 border-b border-line bg-raised px-4 py-1.5 text-ok">
          <RefreshCw aria-hidden="true" className="size-4" />
          Resynced: some news was missed, so everything was read again.
        </p>
      ) : null}
    </div>
  );
}

function describe({ kind, since, heardAt }: Connection, now: number): string | undefined {
  if (kind === 'connected') return undefined;
  const age = heardAt === 0 ? 'nothing was heard yet' : `last news ${timeOf(heardAt)}`;
  const length = formatLength(now - since);
  switch (kind) {
    case 'connecting':
      // A page that opens says nothing for a moment, since mostly it is connected at once.
      return now - since < 2_000 ? undefined : `Connecting for ${length}. What you see may be old.`;
    case 'reconnecting':
      return `Reconnecting for ${length}; ${age}. Nothing can be changed until the server is back.`;
    case 'offline':
      return `This device is offline; ${age}. Nothing can be changed until it has a network.`;
    default:
      return kind satisfies never;
  }
}

function isResynced({ kind, resyncedAt }: Connection, now: number): boolean {
  return kind === 'connected' && resyncedAt !== undefined && now - resyncedAt < RESYNCED_SHOWN_MS;
}

function timeOf(ms: number): string {
  return new Date(ms).toLocaleTimeString();
}

const marks = {
  connecting: { glyph: '◔', colour: 'text-idle', text: 'Connecting' },
  connected: { glyph: '●', colour: 'text-ok', text: 'Connected' },
  reconnecting: { glyph: '◌', colour: 'text-asking', text: 'Reconnecting' },
  offline: { glyph: '✕', colour: 'text-failed', text: 'Offline' },
} as const;

/** The state of the line in one word, always in sight. */
export function ConnectionMark() {
  const { kind, heardAt } = useConnection();
  const { glyph, colour, text } = marks[kind];
  const title = heardAt === 0 ? text : `${text}; last news ${timeOf(heardAt)}`;
  return (
    <span title={title} className={`inline-flex items-center gap-1 text-xs ${colour}`}>
      <span aria-hidden="true">{glyph}</span>
      {text}
    </span>
  );
}
