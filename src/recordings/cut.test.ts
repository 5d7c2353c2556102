import { expect, test } from 'vitest';
import { cut, SCREEN_BYTES } from './cut.ts';
import type { StreamEvent } from './read-stream.ts';

async function* all(events: readonly StreamEvent[]): AsyncGenerator<StreamEvent> {
  yield* events;
}

function output(at: number, text: string): StreamEvent {
  return { kind: 'output', at, bytes: Buffer.from(text) };
}

async function shown(events: AsyncIterable<StreamEvent>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const event of events) {
    if (event.kind === 'output') lines.push(`${event.at} ${String(event.bytes)}`);
    else if (event.kind === 'resize') lines.push(`${event.at} ${event.columns}x${event.rows}`);
    else lines.push(`${event.at} lost ${event.bytes}`);
  }
  return lines;
}

const recording = [
  { kind: 'resize', at: 10, columns: 80, rows: 24 },
  output(11, 'one '),
  { kind: 'resize', at: 12, columns: 90, rows: 30 },
  output(13, 'two '),
  output(20, 'three '),
  { kind: 'lost', at: 21, bytes: 5 },
  output(30, 'four'),
] as const satisfies readonly StreamEvent[];

test('gives the stretch, with the screen on which it began before it', async () => {
  expect(await shown(cut(all(recording), { from: 15, to: 25 }))).toEqual([
    '15 90x30',
    '15 one two ',
    '20 three ',
    '21 lost 5',
  ]);
});

test('gives the screen alone where nothing was printed in the stretch', async () => {
  expect(await shown(cut(all(recording), { from: 40, to: 50 }))).toEqual([
    '40 90x30',
    '40 one two three four',
  ]);
  expect(await shown(cut(all(recording), { from: 14, to: 15 }))).toEqual([
    '14 90x30',
    '14 one two ',
  ]);
});

test('leaves out what lies further back than a screen needs, up to a line', async () => {
  const line = `${'x'.repeat(999)}\n`;
  const early = Array.from({ length: 2_000 }, (_, at) => output(at, line));
  const [first = ''] = await shown(
    cut(all([...early, output(5_000, 'late')]), { from: 3_000, to: 9_000 }),
  );
  const text = first.slice('3000 '.length);
  expect(text.length).toBeGreaterThan(SCREEN_BYTES - 3_000);
  expect(text.length).toBeLessThanOrEqual(SCREEN_BYTES + 1_000);
  expect(text.startsWith('x'.repeat(999))).toBe(true);
});
