import type { QueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { feedEventView } from '../../../src/contract/index.ts';
import { hrefOf } from '../api/client.ts';
import { meQuery } from '../api/me.ts';
import { affectedQueries } from './affected-queries.ts';
import { coalesce } from './coalesce.ts';
import { happen } from './connection.ts';

const SILENCE_MS = 60_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const EVERY_MS = 500;

/**
 * Hear what happens and refresh what shows it, until the function it gives is called. After a
 * break it goes on behind the last event it heard; where the server cannot, everything is read anew.
 */
export function startLive(queries: QueryClient): () => void {
  return new Live(queries).start();
}

class Live {
  readonly #queries: QueryClient;
  readonly #refresh: (keys: readonly (readonly string[])[]) => void;
  #source: EventSource | undefined;
  #last: number | undefined;
  #failures = 0;
  #isReady = false;
  #isStopped = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(queries: QueryClient) {
    this.#queries = queries;
    this.#refresh = coalesce<readonly string[]>({
      keyOf: (key) => key.join('/'),
      flush: (keys) => this.#invalidate(keys),
      everyMs: EVERY_MS,
      gatherMs: 50,
      now: () => Date.now(),
      after: (ms, then) => setTimeout(then, ms),
    });
  }

  start(): () => void {
    const online = (): void => this.#reopen(0);
    window.addEventListener('online', online);
    window.addEventListener('offline', cut);
    this.#open();
    return () => {
      this.#isStopped = true;
      window.removeEventListener('online', online);
      window.removeEventListener('offline', cut);
      this.#close();
    };
  }

  #open(): void {
    if (this.#isStopped) return;
    const query = this.#last === undefined ? {} : { after: this.#last };
    const source = new EventSource(hrefOf('events', { query }));
    this.#source = source;
    source.addEventListener('open', () => this.#heard());
    source.addEventListener('ping', () => this.#heard());
    source.addEventListener('event', ({ data }) => this.#take(String(data)));
    source.addEventListener('gap', ({ data }) => this.#resync(String(data)));
    source.addEventListener('ready', ({ data }) => this.#ready(String(data)));
    source.addEventListener('error', () => this.#fail());
    this.#watchSilence();
  }

  #close(): void {
    this.#source?.close();
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
  }

  #heard(): void {
    this.#failures = 0;
    happen('heard');
    this.#watchSilence();
  }

  #watchSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#fail(), SILENCE_MS);
  }

  #take(text: string): void {
    this.#heard();
    const event = feedEventView.parse(JSON.parse(text));
    this.#last = event.position;
    this.#refresh(affectedQueries(event));
  }

  #resync(text: string): void {
    this.#heard();
    this.#last = z.object({ to: z.int() }).parse(JSON.parse(text)).to;
    void this.#queries.invalidateQueries();
    happen('resynced');
  }

  /** What was read before the first event could be heard may be old already. */
  #ready(text: string): void {
    this.#heard();
    this.#last = z.object({ position: z.int() }).parse(JSON.parse(text)).position;
    if (this.#isReady) return;
    this.#isReady = true;
    void this.#queries.invalidateQueries({ predicate: ({ queryKey: [first] }) => first !== 'me' });
  }

  #fail(): void {
    happen(navigator.onLine ? 'down' : 'cut');
    this.#failures += 1;
    this.#reopen(Math.min(FIRST_WAIT_MS * 2 ** (this.#failures - 1), LONGEST_WAIT_MS));
    // A login that ended looks like a line that broke; the question tells which it is.
    if (this.#failures === 2) void this.#queries.invalidateQueries({ queryKey: meQuery.queryKey });
  }

  #reopen(ms: number): void {
    this.#close();
    this.#retry = setTimeout(() => this.#open(), ms);
  }

  #invalidate(keys: readonly (readonly string[])[]): void {
    // Begun anew while it is under way, a slow query under a stream of events would never end.
    const isBusy = (key: readonly string[]): boolean =>
      this.#queries.isFetching({ queryKey: key }) > 0;
    const later = keys.filter(isBusy);
    for (const queryKey of keys) {
      if (!later.includes(queryKey)) void this.#queries.invalidateQueries({ queryKey });
    }
    this.#refresh(later);
  }
}

function cut(): void {
  happen('cut');
}
