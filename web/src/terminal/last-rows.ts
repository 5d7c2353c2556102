/** Rows of a screen that a small picture shows. */
const SHOWN_ROWS = 12;

/** The end of what is on the screen: an agent's last words, and where it asks. */
export function lastRows(text: readonly string[]): readonly string[] {
  const end = text.findLastIndex((row) => row.trim() !== '') + 1;
  return text.slice(Math.max(0, end - SHOWN_ROWS), end);
}
