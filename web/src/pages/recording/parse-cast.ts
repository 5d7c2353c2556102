import { z } from 'zod';

/** What a recording does at a moment, in ms since its start. */
export type CastEvent =
  | { readonly kind: 'output'; readonly atMs: number; readonly text: string }
  | {
      readonly kind: 'resize';
      readonly atMs: number;
      readonly columns: number;
      readonly rows: number;
    }
  | { readonly kind: 'marker'; readonly atMs: number; readonly label: string };

export interface Cast {
  readonly columns: number;
  readonly rows: number;
  readonly durationMs: number;
  readonly events: readonly CastEvent[];
}

const header = z.object({
  version: z.literal(3),
  term: z.object({ cols: z.number(), rows: z.number() }),
});
const line = z.tuple([z.number(), z.string(), z.string()]);

/**
 * Read asciicast v3: a header, then `[seconds since the event before, code, data]` a line.
 * A last line that is cut off is left out: the recording may still grow.
 * https://docs.asciinema.org/manual/asciicast/v3/
 *
 * @throws {Error} when it is no asciicast v3.
 */
export function parseCast(text: string): Cast {
  const [first = '', ...rest] = text.split('\n');
  const { cols: columns, rows } = header.parse(parsed(first)).term;
  const events: CastEvent[] = [];
  let seconds = 0;
  for (const one of rest) {
    if (one === '' || one.startsWith('#')) continue;
    const event = line.safeParse(parsed(one));
    if (!event.success) continue;
    const [interval, code, data] = event.data;
    seconds += interval;
    const atMs = Math.round(seconds * 1_000);
    const read = eventOf(code, data, atMs);
    if (read !== undefined) events.push(read);
  }
  return { columns, rows, durationMs: Math.round(seconds * 1_000), events };
}

function eventOf(code: string, data: string, atMs: number): CastEvent | undefined {
  if (code === 'o') return { kind: 'output', atMs, text: data };
  if (code === 'm') return { kind: 'marker', atMs, label: data };
  const size = code === 'r' ? /^(\d+)x(\d+)$/.exec(data) : null;
  if (size === null) return undefined;
  return { kind: 'resize', atMs, columns: Number(size[1]), rows: Number(size[2]) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
