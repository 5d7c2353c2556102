import type { feedEventNames } from '../contract/index.ts';

/** One server-sent event; JSON has no line breaks, so `data` is one line. */
export function eventText(
  name: (typeof feedEventNames)[number],
  id: number | undefined,
  data: unknown,
): string {
  const line = id === undefined ? '' : `id: ${id}\n`;
  return `${line}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What clients skip; for people who read along. */
export function commentText(text: string): string {
  return `: ${text}\n\n`;
}

/** Milliseconds after which a client whose line broke comes back. */
export function retryText(ms: number): string {
  return `retry: ${Math.round(ms)}\n\n`;
}
