import type { z } from 'zod';
import { InvalidRequestError, NotJsonError, type Part } from './request-errors.ts';

/** Hold a part of a request to its schema. @throws {InvalidRequestError} */
export function checkPart(schema: z.ZodType, value: unknown, part: Part): unknown {
  const { success, data, error } = schema.safeParse(value);
  if (!success) throw InvalidRequestError.of(part, error);
  return data;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Read a JSON body; nothing at all counts as `{}`. @throws {NotJsonError} */
export function parseJson(body: unknown): unknown {
  if (!(body instanceof Uint8Array) || body.length === 0) return {};
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    throw new NotJsonError({ cause: error });
  }
}
