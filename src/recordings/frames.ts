import type { StreamEvent } from './read-stream.ts';

/** A point in a recording that has a name: `prompt delivered`. */
export interface Marker {
  /** Wall time in ms. */
  readonly at: number;
  readonly label: string;
}

/** One step of a replay. `ms` counts from the start of the recording and never goes back. */
export type Frame = { readonly ms: number } & (
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'marker'; readonly label: string }
  /** How the program ended, as a shell says it: 128 + N for signal N. Always the last one. */
  | { readonly kind: 'exit'; readonly status: number }
);

export interface FrameOptions {
  /** Wall time in ms of the start. */
  readonly startedAt: number;
  /** In order of time; those from before the start come at the start. */
  readonly markers: readonly Marker[];
  readonly exit?: { readonly at: number; readonly status: number } | undefined;
}

/**
 * Turn a recording into the steps of its replay. Bytes become text: a letter that came in two parts
 * is put together in the step that completes it, what is no UTF-8 becomes U+FFFD.
 */
export async function* framesOf(
  events: AsyncIterable<StreamEvent>,
  { startedAt, markers, exit }: FrameOptions,
): AsyncGenerator<Frame> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const left = markers.map(({ at, label }) => ({ at: Math.max(at, startedAt), label }));
  let ms = 0;
  const after = (at: number): number => (ms = Math.max(ms, at - startedAt));
  const passed = function* (at: number): Generator<Frame> {
    for (let next = left[0]; next !== undefined && next.at <= at; next = left[0]) {
      yield { kind: 'marker', ms: after(next.at), label: next.label };
      left.shift();
    }
  };
  for await (const event of events) {
    // A size that comes at the very moment is the one of the screen that the marker speaks of.
    yield* passed(event.kind === 'resize' ? event.at - 1 : event.at);
    switch (event.kind) {
      case 'output': {
        const text = decoder.decode(event.bytes, { stream: true });
        if (text !== '') yield { kind: 'output', ms: after(event.at), text };
        break;
      }
      case 'resize': {
        const { columns, rows } = event;
        yield { kind: 'resize', ms: after(event.at), columns, rows };
        break;
      }
      case 'lost':
        yield {
          kind: 'marker',
          ms: after(event.at),
          label: `${event.bytes} bytes could not be written here`,
        };
        break;
      default:
        event satisfies never;
    }
  }
  const rest = decoder.decode();
  if (rest !== '') yield { kind: 'output', ms, text: rest };
  yield* passed(Infinity);
  if (exit !== undefined) yield { kind: 'exit', ms: after(exit.at), status: exit.status };
}
