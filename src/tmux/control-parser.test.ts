import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ControlEvent, ControlParser } from './control-parser.ts';

const stream = readFileSync('test/golden/tmux-3.3a/control-stream.txt');

test('reads what tmux 3.3a said, in order', () => {
  const events = new ControlParser().feed(stream).map(shown);

  expect(events.filter((event) => event.startsWith('reply ours')).slice(0, 7)).toEqual([
    'reply ours: one',
    'reply ours: a',
    "reply ours error: can't find session: nosuch",
    'reply ours error: parse error: unknown command: nosuchcommand',
    'reply ours: two|lines é \u001b[31m',
    'reply ours: ',
    'reply ours: ',
  ]);
  expect(events).toContain('reply other: hook says hello');
  expect(events).toContain('line %window-renamed @0 new name');
  expect(events).toContain('output %0: x');
  expect(events.at(-1)).toBe('line %exit');
});

test('decodes the escapes of output, and takes a control line inside it for output', () => {
  const events = new ControlParser().feed(stream).map(shown);

  expect(events).toContain('output %2: back\\slash tab\tesc\u001b[0m é end\r\n%end 1 2 1\r\n');
});

test('keeps a line of a reply that looks like the end of another one', () => {
  const events = new ControlParser().feed(stream).map(shown);

  expect(events.find((event) => event.startsWith('reply ours: back'))).toMatch(/\|%end 1 2 1\|/);
});

test('reads the same wherever the stream is cut', () => {
  const whole = new ControlParser().feed(stream).map(shown);
  for (let cut = 0; cut <= stream.length; cut += 1) {
    const parser = new ControlParser();
    const events = [...parser.feed(stream.subarray(0, cut)), ...parser.feed(stream.subarray(cut))];
    expect(events.map(shown), `cut at ${cut}`).toEqual(whole);
  }
});

test('never throws, whatever comes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '%begin 1 2 1\n',
      '%end 1 2 1\n',
      '%error 1 2 1\n',
      '%output %1 ',
      '\\03',
      '\n',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          piece.map((text) => Buffer.from(text)),
          bytes,
        ),
      ),
      (chunks) => {
        const parser = new ControlParser();
        for (const chunk of chunks) parser.feed(chunk);
      },
    ),
    { seed: 7, numRuns: 2_000 },
  );
});

test('gives any bytes back that tmux escaped', () => {
  fc.assert(
    fc.property(bytes, (content) => {
      const line = Buffer.concat([Buffer.from('%output %3 '), escaped(content), Buffer.from('\n')]);
      const [event] = new ControlParser().feed(line);
      expect(event).toEqual({ kind: 'output', pane: '%3', bytes: content });
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('says that the order is lost when a reply ends without having begun', () => {
  const events = new ControlParser().feed(Buffer.from('%end 1795247051 260 1\n'));

  expect(events).toEqual([{ kind: 'broken', reason: 'a reply ended twice' }]);
});

test('gives lines outside of any reply as stray', () => {
  const events = new ControlParser().feed(Buffer.from('no server running on /x\n'));

  expect(events).toEqual([{ kind: 'stray', text: 'no server running on /x' }]);
});

test('reads extended output with further fields before the colon', () => {
  const [event] = new ControlParser().feed(Buffer.from('%extended-output %7 120 more : a : b\n'));

  expect(event).toEqual({ kind: 'output', pane: '%7', bytes: Buffer.from('a : b') });
});

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

function escaped(content: Buffer): Buffer {
  const parts = Array.from(content, (byte) =>
    byte < 0x20 || byte === 0x5c
      ? Buffer.from(`\\${byte.toString(8).padStart(3, '0')}`)
      : Buffer.from([byte]),
  );
  return Buffer.concat(parts);
}

function shown(event: ControlEvent): string {
  switch (event.kind) {
    case 'reply':
      return `reply ${event.isOurs ? 'ours' : 'other'}${event.isError ? ' error' : ''}: ${event.lines.map(String).join('|')}`;
    case 'output':
      return `output ${event.pane}: ${event.bytes.toString('utf8')}`;
    case 'line':
      return `line ${event.text}`;
    case 'stray':
      return `stray ${event.text}`;
    case 'broken':
      return `broken ${event.reason}`;
    default:
      return event satisfies never;
  }
}
