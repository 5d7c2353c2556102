import { StringDecoder } from 'node:string_decoder';
import { BoundedQueue } from './bounded-queue.ts';
import type { PaneId } from './ids.ts';
import type { PaneStreams } from './pane-streams.ts';
import type { GapReason } from './session-stream.ts';

export type PaneOutput =
  /** `text` is the same as `bytes`, cut between characters instead of inside one. */
  | { readonly kind: 'output'; readonly bytes: Buffer; readonly text: string }
  /** Something is missing here. `overflow`: this watcher was too slow and `lostBytes` were let go. */
  | { readonly kind: 'gap'; readonly reason: GapReason | 'overflow'; readonly lostBytes: number };

export interface WatchOptions {
  /** Bytes held for a slow reader before the oldest go. */
  readonly limitBytes?: number;
}

/** What a pane prints, in order. Ends when the program ends; throws when the pane is gone. */
export interface PaneWatch extends AsyncIterable<PaneOutput>, Disposable {}

/**
 * Watch what a pane prints from now on. What it printed before is in its stream file, if it has
 * one, or on its screen.
 *
 * @throws {PaneGoneError} no pane has this id.
 */
export async function watchPane(
  streams: PaneStreams,
  pane: PaneId,
  { limitBytes = 1024 * 1024 }: WatchOptions,
  signal: AbortSignal,
): Promise<PaneWatch> {
  const decoder = new StringDecoder('utf8');
  const queue = new BoundedQueue<PaneOutput>({
    limit: limitBytes,
    weigh: (item) => (item.kind === 'output' ? item.bytes.length : 1),
    lost: ({ weight }) => ({ kind: 'gap', reason: 'overflow', lostBytes: weight }),
  });
  const sink = {
    onBytes: (bytes: Buffer) => queue.push({ kind: 'output', bytes, text: decoder.write(bytes) }),
    onGap: (reason: GapReason) => queue.push({ kind: 'gap', reason, lostBytes: 0 }),
    onEnd: (error: Error | undefined) => queue.end(error === undefined ? undefined : { error }),
  };
  const subscription = await streams.subscribe(pane, sink, signal);
  return {
    [Symbol.asyncIterator]: () => queue,
    [Symbol.dispose]: () => {
      subscription[Symbol.dispose]();
      queue.end();
    },
  };
}
