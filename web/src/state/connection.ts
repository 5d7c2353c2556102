import { createStore, useStore } from './store.ts';

/** What is known of the line to the server. Times are wall time in ms. */
export interface Connection {
  readonly kind: 'connecting' | 'connected' | 'reconnecting' | 'offline';
  /** Since when it is so. */
  readonly since: number;
  /** When the server was last heard; 0 for never. */
  readonly heardAt: number;
  /** When everything was read anew after a gap; undefined for never. */
  readonly resyncedAt: number | undefined;
}

/** `heard`: a sign of life. `down`: the line broke. `cut`: this device has no network. */
export type Happening = 'heard' | 'down' | 'cut' | 'resynced';

export function firstConnection(now: number): Connection {
  return { kind: 'connecting', since: now, heardAt: 0, resyncedAt: undefined };
}

export function nextConnection(current: Connection, what: Happening, now: number): Connection {
  switch (what) {
    case 'heard':
      return current.kind === 'connected'
        ? { ...current, heardAt: now }
        : { ...current, kind: 'connected', since: now, heardAt: now };
    case 'down':
      return current.kind === 'connected' || current.kind === 'offline'
        ? { ...current, kind: 'reconnecting', since: now }
        : current;
    case 'cut':
      return current.kind === 'offline' ? current : { ...current, kind: 'offline', since: now };
    case 'resynced':
      return { ...current, resyncedAt: now };
    default:
      return what satisfies never;
  }
}

const store = createStore<Connection>(firstConnection(Date.now()));

export function happen(what: Happening): void {
  store.set(nextConnection(store.get(), what, Date.now()));
}

/** Act each time the line came back after a break, until the function it gives is called. */
export function whenReconnected(act: () => void): () => void {
  let before = store.get().kind;
  return store.subscribe(() => {
    const { kind } = store.get();
    const wasBroken = before === 'reconnecting' || before === 'offline';
    before = kind;
    if (wasBroken && kind === 'connected') act();
  });
}

export function useConnection(): Connection {
  return useStore(store);
}

/** False while the server is not reached: what one did would be lost, so nothing may be done. */
export function useCanAct(): boolean {
  const { kind } = useStore(store);
  return kind === 'connected' || kind === 'connecting';
}

export const NO_CONNECTION = 'No connection to the server. Wait until it is back.';
