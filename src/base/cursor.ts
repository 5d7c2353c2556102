import { CodedError } from './coded-error.ts';

/** Where a page of a list that goes by age ended. */
export interface Place {
  readonly createdAt: number;
  readonly id: string;
}

/** Write a place down for the reader of a list, who gives it back unchanged. */
export function toCursor({ createdAt, id }: Place): string {
  return `${createdAt}.${id}`;
}

/** @throws {CodedError} `list.bad-cursor`. */
export function parseCursor(cursor: string): Place {
  const parts = /^(?<at>\d{1,15})\.(?<id>\w+)$/.exec(cursor)?.groups;
  if (parts !== undefined) return { createdAt: Number(parts['at']), id: parts['id'] ?? '' };
  throw new CodedError('list.bad-cursor', `"${cursor}" is not where a page ended.`, {
    facts: { cursor },
    todo: 'Use the value of "next" from the page before, unchanged, or leave it out',
  });
}
