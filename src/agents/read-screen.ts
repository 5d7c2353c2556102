import type { TmuxPane } from '../tmux/index.ts';
import type { Screen } from './adapter.ts';

/** Capture a pane once, and give its rows both with and without their styles. */
export async function captureScreen(pane: TmuxPane, signal: AbortSignal): Promise<Screen> {
  const styledRows = await pane.capture(signal, { styles: true });
  return { styledRows, rows: styledRows.map(plainRow) };
}

// oxlint-disable-next-line no-control-regex -- escape sequences are what it looks for
const styles = /\u001B\[[0-9;:]*m|[\u000E\u000F]|\u001B\]8;[^\u001B]*\u001B\\/g;

/** tmux draws no other sequences than SGR, charset shifts and (since 3.4) hyperlinks. */
export function plainRow(row: string): string {
  return row.replaceAll(styles, '').trimEnd();
}
