import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputRing } from './output-ring.ts';

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString();

test('gives what came since an offset, and nothing for one that is not kept', () => {
  const ring = new OutputRing(4, 10);
  ring.push(Buffer.from('abc'));
  ring.push(Buffer.from('def'));

  expect(ring.end).toBe(16);
  expect(text(ring.from(10))).toBe('abcdef');
  expect(text(ring.from(14))).toBe('ef');
  expect(text(ring.from(16))).toBe('');
  expect(ring.from(17)).toBeUndefined();
  expect(ring.from(9)).toBeUndefined();
});

test('leads nobody over a place where the screen became another one', () => {
  const ring = new OutputRing(100, 0);
  ring.push(Buffer.from('abc'));
  ring.restart(7);
  ring.push(Buffer.from('def'));

  expect(ring.from(3)).toBeUndefined();
  expect(ring.from(7)).toBeUndefined();
  expect(text(ring.since(7))).toBe('def');
  expect(text(ring.from(8))).toBe('ef');
});

test('keeps at least its limit and at most a block more, whatever comes', () => {
  const blocks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }));
  fc.assert(
    fc.property(blocks, (all) => {
      const ring = new OutputRing(50, 0);
      for (const one of all) ring.push(one);
      const whole = Buffer.concat(all);
      for (let from = 0; from <= whole.length; from += 1) {
        const found = ring.from(from);
        if (found !== undefined) expect(Buffer.from(found)).toEqual(whole.subarray(from));
        if (whole.length - from <= 50) expect(found).toBeDefined();
        if (whole.length - from > 90) expect(found).toBeUndefined();
      }
    }),
  );
});
