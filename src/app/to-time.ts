export function toOptionalTime(ms: number | undefined): string | null {
  return ms === undefined ? null : toTime(ms);
}

/** Not a clock reading: only how a moment is written. */
export function toTime(ms: number): string {
  // oxlint-disable-next-line no-restricted-globals -- formats a number that a Clock gave
  return new Date(ms).toISOString();
}

/** Read a moment as it is written: RFC 3339, checked by its schema. Wall time in ms. */
export function parseTime(text: string): number {
  // oxlint-disable-next-line no-restricted-globals -- reads a text, no clock
  return Date.parse(text);
}
