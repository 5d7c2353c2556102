interface CoalesceOptions<T> {
  /** The same for what counts as one. */
  readonly keyOf: (item: T) => string;
  readonly flush: (items: readonly T[]) => void;
  /** Shortest time between two flushes. */
  readonly everyMs: number;
  /** How long the first waits for others to come with it. */
  readonly gatherMs: number;
  readonly now: () => number;
  readonly after: (ms: number, then: () => void) => void;
}

/** Gather what comes in a burst, each once, and hand it on at most once in `everyMs`. */
export function coalesce<T>(options: CoalesceOptions<T>): (items: readonly T[]) => void {
  const { keyOf, flush, everyMs, gatherMs, now, after } = options;
  const waiting = new Map<string, T>();
  let flushedAt = -Infinity;
  return (items) => {
    const isFirst = waiting.size === 0;
    for (const item of items) waiting.set(keyOf(item), item);
    if (!isFirst || waiting.size === 0) return;
    after(Math.max(gatherMs, flushedAt + everyMs - now()), () => {
      const all = [...waiting.values()];
      waiting.clear();
      flushedAt = now();
      flush(all);
    });
  };
}
