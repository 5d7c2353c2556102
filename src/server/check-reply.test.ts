import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkReply } from './check-reply.ts';

const schema = z.object({ a: z.int(), b: z.string().optional() });

test('drops what the schema does not know', () => {
  expect(checkReply(schema, { a: 1, secret: 2 }, false)).toEqual({ a: 1 });
});

test('takes more than the shape for a fault where it is strict', () => {
  expect(() => checkReply(schema, { a: 1, secret: 2 }, true)).toThrow('more than its shape');
  expect(checkReply(schema, { a: 1, b: undefined }, true)).toEqual({ a: 1 });
});

test('takes another shape for a fault', () => {
  expect(() => checkReply(schema, { a: 'x' }, false)).toThrow('has not its shape');
});
