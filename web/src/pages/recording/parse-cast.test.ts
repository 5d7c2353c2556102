import { expect, test } from 'vitest';
import { parseCast } from './parse-cast.ts';

const text = `{"version":3,"term":{"cols":80,"rows":24,"type":"tmux-256color"},"timestamp":1}
[0.5, "o", "one"]
# a comment
[0.25, "m", "asking: May I?"]
[1, "r", "100x30"]
[0.1, "i", "typed"]
[2, "x", "0"]
`;

test('adds up the times between events', () => {
  expect(parseCast(text)).toEqual({
    columns: 80,
    rows: 24,
    durationMs: 3_850,
    events: [
      { kind: 'output', atMs: 500, text: 'one' },
      { kind: 'marker', atMs: 750, label: 'asking: May I?' },
      { kind: 'resize', atMs: 1_750, columns: 100, rows: 30 },
    ],
  });
});

test('leaves out a last line that is cut off', () => {
  expect(parseCast(`${text}[0.5, "o", "tw`).events).toHaveLength(3);
});

test('refuses what is no asciicast v3', () => {
  expect(() => parseCast('{"version":2,"width":80,"height":24}')).toThrow();
});
