import { expect, test } from 'vitest';
import { ScreenAge } from './screen-age.ts';
import { parseNote } from './stream-times.ts';

function aged(lines: readonly string[]): ScreenAge {
  const age = new ScreenAge();
  age.begin(100);
  for (const line of lines) age.apply(parseNote(line));
  return age;
}

test('is as old as the recording until the size changes', () => {
  expect(aged(['100 0 size 80x24', '150 9']).facts).toEqual({
    epoch: 100,
    size: { columns: 80, rows: 24 },
  });
});

test('begins anew with another size and with another terminal', () => {
  expect(aged(['100 0 size 80x24', '170 9 size 90x24']).facts.epoch).toBe(170);
  expect(aged(['100 0 size 80x24', '180 9 start', '180 9 size 80x24']).facts.epoch).toBe(180);
});

test('is not changed by a size that is told again, as each file of a recording does', () => {
  const lines = ['100 0 size 80x24', '170 9 size 90x24'];
  expect(aged([...lines, '300 20 size 90x24']).facts).toEqual(aged(lines).facts);
});

test('tells changes apart that have one time, or a clock that went back', () => {
  expect(aged(['100 0 size 80x24', '100 1 size 81x24', '50 2 size 82x24']).facts.epoch).toBe(102);
});
