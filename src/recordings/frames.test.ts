import { expect, test } from 'vitest';
import { type Frame, framesOf, type FrameOptions } from './frames.ts';
import type { StreamEvent } from './read-stream.ts';

async function frames(
  events: readonly StreamEvent[],
  options: Partial<FrameOptions> = {},
): Promise<readonly Frame[]> {
  const given = (async function* () {
    yield* events;
  })();
  const found: Frame[] = [];
  for await (const frame of framesOf(given, { startedAt: 1_000, markers: [], ...options })) {
    found.push(frame);
  }
  return found;
}

function output(at: number, bytes: readonly number[] | string): StreamEvent {
  return { kind: 'output', at, bytes: Buffer.from(typeof bytes === 'string' ? bytes : [...bytes]) };
}

test('puts a letter together that came in two parts', async () => {
  const [first, second] = [...Buffer.from('é')];
  expect(await frames([output(1_000, [97, first ?? 0]), output(1_005, [second ?? 0, 98])])).toEqual(
    [
      { kind: 'output', ms: 0, text: 'a' },
      { kind: 'output', ms: 5, text: 'éb' },
    ],
  );
});

test('replaces what is no UTF-8, also at the very end, and keeps a byte order mark', async () => {
  expect(
    await frames([output(1_000, '\uFEFFa'), output(1_001, [255, 98]), output(1_002, [0xe2, 0x82])]),
  ).toEqual([
    { kind: 'output', ms: 0, text: '\uFEFFa' },
    { kind: 'output', ms: 1, text: '\uFFFDb' },
    { kind: 'output', ms: 1, text: '\uFFFD' },
  ]);
});

test('sorts markers in, between what was printed before and after them', async () => {
  const markers = [
    { at: 500, label: 'early' },
    { at: 1_010, label: 'within' },
    { at: 9_000, label: 'late' },
  ];
  const events: readonly StreamEvent[] = [
    { kind: 'resize', at: 1_000, columns: 80, rows: 24 },
    output(1_010, 'same moment'),
    { kind: 'lost', at: 1_020, bytes: 7 },
    output(1_020, 'after'),
  ];
  const exit = { at: 8_000, status: 3 };
  expect(await frames(events, { markers, exit })).toEqual([
    { kind: 'resize', ms: 0, columns: 80, rows: 24 },
    { kind: 'marker', ms: 0, label: 'early' },
    { kind: 'marker', ms: 10, label: 'within' },
    { kind: 'output', ms: 10, text: 'same moment' },
    { kind: 'marker', ms: 20, label: '7 bytes could not be written here' },
    { kind: 'output', ms: 20, text: 'after' },
    { kind: 'marker', ms: 8_000, label: 'late' },
    { kind: 'exit', ms: 8_000, status: 3 },
  ]);
});
