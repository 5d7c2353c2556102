import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCast } from '../../test/support/asciicast.ts';
import { castLines } from './cast.ts';
import { type Frame, framesOf } from './frames.ts';
import { RecordedStream } from './read-stream.ts';

const header = { title: 'Say "hello"', terminal: 'screen-256color', columns: 200, rows: 50 };

async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const line of lines) text += line;
  return text;
}

async function* given(frames: readonly Frame[]): AsyncGenerator<Frame> {
  yield* frames;
}

test('writes a rotated recording with a resize, a clock that went back and a full disk', async () => {
  await using stream = await RecordedStream.open('test/golden/recordings/resized');
  if (stream === undefined) throw new Error('the golden recording is missing');
  const { startedAt } = stream;
  const markers = [
    { at: 1_700_000_000_000, label: `began after ${stream.droppedBytes} bytes` },
    { at: 1_700_000_002_000, label: 'prompt delivered' },
    { at: 1_700_000_004_250, label: 'settled: succeeded' },
  ];
  const exit = { at: 1_700_000_004_100, status: 143 };
  const frames = framesOf(stream.events(), { startedAt, markers, exit });
  const text = await textOf(castLines(frames, { ...header, startedAt }));

  expect(text).toBe(readFileSync('test/golden/recordings/resized.cast', 'utf8'));
  expect(
    parseCast(text)
      .events.map(({ code }) => code)
      .join(''),
  ).toBe('moomromoomx');
});

test('adds up to the time that passed, however small the steps', async () => {
  const frames = Array.from({ length: 1_001 }, (_, n) => ({
    kind: 'output' as const,
    ms: n * 3 + (n % 2),
    text: 'x',
  }));
  const { events } = parseCast(await textOf(castLines(given(frames), { ...header, startedAt: 0 })));

  const sum = events.reduce((total, { interval }) => total + Math.round(interval * 1000), 0);
  expect(sum).toBe(3_000);
});

test('is a whole file also when nothing was printed', async () => {
  const text = await textOf(castLines(given([]), { ...header, startedAt: 1_999 }));

  expect(parseCast(text)).toEqual({
    header: {
      version: 3,
      term: { cols: 200, rows: 50, type: 'screen-256color' },
      timestamp: 1,
      title: 'Say "hello"',
    },
    events: [],
  });
});

test('cannot steer the terminal that it is printed on', async () => {
  const text = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).join('');
  const frames: readonly Frame[] = [{ kind: 'output', ms: 0, text }];
  const cast = await textOf(castLines(given(frames), { ...header, startedAt: 0 }));

  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  expect(cast.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(parseCast(cast).events[0]?.data).toBe(text);
});
