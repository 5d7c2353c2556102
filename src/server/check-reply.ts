import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';

/**
 * Hold a reply to its schema. Keys that the schema does not know are dropped, or, when `isStrict`,
 * are a fault: then a handler sends what nobody knows of.
 */
export function checkReply(schema: z.ZodType, value: unknown, isStrict: boolean): unknown {
  const { success, data, error } = schema.safeParse(value);
  if (!success) throw new Error(`The reply has not its shape: ${error.message}`);
  if (isStrict && !isDeepStrictEqual(asSent(data), asSent(value))) {
    throw new Error(`The reply has more than its shape: ${JSON.stringify(value).slice(0, 500)}`);
  }
  return data;
}

function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
