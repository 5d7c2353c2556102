import { z } from 'zod';

/** What https://docs.asciinema.org/manual/asciicast/v3/ says of the header. */
const header = z.looseObject({
  version: z.literal(3),
  term: z.looseObject({
    cols: z.int().positive(),
    rows: z.int().positive(),
    type: z.string().optional(),
    version: z.string().optional(),
  }),
  timestamp: z.int().optional(),
  idle_time_limit: z.number().optional(),
  command: z.string().optional(),
  title: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  tags: z.array(z.string()).optional(),
});

const interval = z.number().nonnegative();
const event = z.union([
  z.tuple([interval, z.enum(['o', 'i', 'm']), z.string()]),
  z.tuple([interval, z.literal('r'), z.string().regex(/^[1-9]\d*x[1-9]\d*$/)]),
  z.tuple([interval, z.literal('x'), z.string().regex(/^\d+$/)]),
]);

export interface Cast {
  readonly header: z.infer<typeof header>;
  readonly events: readonly {
    readonly interval: number;
    readonly code: string;
    readonly data: string;
  }[];
}

/** Read an asciicast v3 file as a player does; throws where it is none. */
export function parseCast(text: string): Cast {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const lines = rest.filter((line) => !line.startsWith('#'));
  const events = lines.map((line) => {
    const [seconds, code, data] = event.parse(JSON.parse(line));
    return { interval: seconds, code, data };
  });
  const exits = events.filter(({ code }) => code === 'x');
  if (exits.length > 1 || (exits.length === 1 && events.at(-1)?.code !== 'x')) {
    throw new Error('the exit is not the last event');
  }
  return { header: header.parse(JSON.parse(first)), events };
}
