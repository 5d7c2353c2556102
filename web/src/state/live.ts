import type { QueryClient } from '@tanstack/react-query';
import { hrefOf } from '../api/client.ts';
import { meQuery } from '../api/me.ts';
import { browserTimers } from '../live/browser.ts';
import { EventClient, type EventSourceLike } from '../live/event-client.ts';
import { affectedQueries, untoldQueries } from './affected-queries.ts';
import { coalesce } from './coalesce.ts';
import { happen } from './connection.ts';

const EVERY_MS = 500;
const GATHER_MS = 50;
/** A login that ended looks like a line that broke; asking who is logged in tells which it is. */
const ASK_AFTER_FAILURES = 2;

/**
 * Hear what happens and refresh what shows it, until the function it gives is called. After a
 * break it goes on behind the last event it heard, and reads anew what events do not tell; where the
 * server cannot go on, everything is read anew.
 */
export function startLive(queries: QueryClient): () => void {
  const refresh = refresher(queries);
  let failures = 0;
  let wasOpen = false;
  const client = new EventClient({
    url: hrefOf('events'),
    openSource: (url) =>
      openSource(url, {
        onHeard: () => {
          failures = 0;
          happen('heard');
        },
        onFailed: () => {
          failures += 1;
          happen(navigator.onLine ? 'down' : 'cut');
          if (failures === ASK_AFTER_FAILURES) {
            void queries.invalidateQueries({ queryKey: meQuery.queryKey });
          }
        },
      }),
    timers: browserTimers,
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    onEvent: (event) => refresh(affectedQueries(event)),
    onGap: () => {
      void queries.invalidateQueries();
      happen('resynced');
    },
    onState: (isOpen) => {
      // Also a line that only fell silent is down.
      if (!isOpen) return happen(navigator.onLine ? 'down' : 'cut');
      if (wasOpen) refresh(untoldQueries);
      else refreshAll(queries);
      wasOpen = true;
      return undefined;
    },
  });
  const again = (): void => {
    client.stop();
    client.start();
  };
  const look = (): void => {
    if (!document.hidden && !client.isOpen) again();
  };
  window.addEventListener('online', again);
  window.addEventListener('offline', cut);
  document.addEventListener('visibilitychange', look);
  tryNow = again;
  client.start();
  return () => {
    tryNow = undefined;
    document.removeEventListener('visibilitychange', look);
    window.removeEventListener('online', again);
    window.removeEventListener('offline', cut);
    client.stop();
  };
}

let tryNow: (() => void) | undefined;

/** Do not wait for the end of the pause before the next try to hear the server. */
export function reconnectNow(): void {
  tryNow?.();
}

/** What was read before the first event could be heard may be old already. */
function refreshAll(queries: QueryClient): void {
  void queries.invalidateQueries({ predicate: ({ queryKey: [first] }) => first !== 'me' });
}

function cut(): void {
  happen('cut');
}

interface Line {
  readonly onHeard: () => void;
  readonly onFailed: () => void;
}

function openSource(url: string, { onHeard, onFailed }: Line): EventSourceLike {
  const source = new EventSource(url);
  source.addEventListener('error', onFailed);
  return {
    close: () => source.close(),
    listen: (names, { onMessage, onError }) => {
      source.addEventListener('error', onError);
      for (const name of names) {
        source.addEventListener(name, ({ data, lastEventId }: MessageEvent) => {
          onHeard();
          onMessage({ name, data: String(data), lastEventId });
        });
      }
    },
  };
}

/** Have queries read again, each at most once in `EVERY_MS`. */
function refresher(queries: QueryClient): (keys: readonly (readonly string[])[]) => void {
  const refresh = coalesce<readonly string[]>({
    keyOf: (key) => key.join('/'),
    flush: (keys) => {
      // Begun anew while it is under way, a slow query under a stream of events would never end.
      const later = keys.filter((key) => queries.isFetching({ queryKey: key }) > 0);
      for (const queryKey of keys) {
        if (!later.includes(queryKey)) void queries.invalidateQueries({ queryKey });
      }
      refresh(later);
    },
    everyMs: EVERY_MS,
    gatherMs: GATHER_MS,
    now: () => Date.now(),
    after: (ms, then) => setTimeout(then, ms),
  });
  return refresh;
}
