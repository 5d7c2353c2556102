import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beforeFirst, isIntact, linkEntry, type NewEntry, parseLine, toLine } from './entry.ts';

const at = '2026-11-21T12:00:00.000Z';
const text = fc.string({ maxLength: 40 });
const maybe = fc.option(text, { nil: null });
const entries: fc.Arbitrary<NewEntry> = fc.record({
  action: text,
  user: fc.option(fc.record({ id: text, name: text }), { nil: null }),
  address: maybe,
  subject: maybe,
  data: fc.dictionary(text, fc.jsonValue()),
});

test('reads back what it wrote, and knows it for whole', () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const made = linkEntry(entry, at, beforeFirst);
      const read = parseLine(toLine(made));

      expect(read === undefined ? undefined : toLine(read)).toBe(toLine(made));
      expect(read !== undefined && isIntact(read)).toBe(true);
    }),
  );
});

test('each entry holds the hash of the one before and the next number', () => {
  const first = linkEntry(plain, at, beforeFirst);
  const second = linkEntry(plain, at, first);

  expect([first.sequence, second.sequence]).toEqual([1, 2]);
  expect(first.prev).toBe('0'.repeat(64));
  expect(second.prev).toBe(first.hash);
  expect(second.hash).not.toBe(first.hash);
});

test('a changed byte of a line makes it no entry, or one that is not intact', () => {
  const line = Buffer.from(toLine(linkEntry(plain, at, beforeFirst)));
  fc.assert(
    fc.property(fc.nat(line.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const changed = Buffer.from(line);
      changed[place] = (changed[place] ?? 0) ^ change;
      const read = parseLine(changed.toString());

      expect(read !== undefined && isIntact(read)).toBe(false);
    }),
  );
});

test('a line with blanks, with other order, or with a key twice is no entry', () => {
  const line = toLine(linkEntry(plain, at, beforeFirst));

  expect(parseLine(line)).toBeDefined();
  expect(parseLine(`${line} `)).toBeUndefined();
  expect(parseLine(line.replace('"action":', '"action":"x","action":'))).toBeUndefined();
  expect(parseLine(JSON.stringify({ sequence: 1, ...JSON.parse(line) }))).toBeUndefined();
});

const plain: NewEntry = {
  action: 'job.cancel',
  user: { id: 'usr_1', name: 'ann' },
  address: '127.0.0.1',
  subject: 'job_1',
  data: { reason: 'words', n: 1 },
};
