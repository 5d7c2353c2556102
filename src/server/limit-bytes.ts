import { RequestTooLargeError } from './request-errors.ts';

/** Pass a body on as it comes, and fail once it is larger than `limit` bytes. */
export async function* limitBytes(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) throw new RequestTooLargeError(limit);
    yield chunk;
  }
}

export async function* noBytes(): AsyncGenerator<Uint8Array> {}
