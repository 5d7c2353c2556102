import type { Screen, ScreenReading } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { findComposer } from './composer.ts';
import { readDialog } from './read-dialog.ts';
import { deadEnds, screenRules } from './rules.ts';

/**
 * Read a screen of Claude Code: the composer at the bottom, else a dialog, else unknown.
 *
 * Only the composer's own place counts: the same signs in the text above it prove nothing, for a
 * model can print them.
 */
export function readClaudeScreen(
  screen: Screen,
  request: Pick<AgentRequest, 'isDirectoryOurs'>,
): ScreenReading {
  const composer = findComposer(screen);
  if (composer !== undefined) {
    const isBusy = composer.footer.some((row) => screenRules.busy.test(row));
    const detail = isBusy ? '"esc to interrupt" below the composer' : 'the composer waits';
    const at = `${detail}, row ${composer.row + 1}`;
    return { kind: isBusy ? 'busy' : 'ready', detail: at, composer: composer.text };
  }
  const dialog = readDialog(screen.rows, request);
  if (dialog !== undefined) return dialog;
  const text = screen.rows.join('\n');
  const end = deadEnds.map((rule) => rule.exec(text)?.[0]).find((found) => found !== undefined);
  const detail = end === undefined ? 'neither the composer nor a known dialog' : `it says: ${end}`;
  return { kind: 'unknown', detail };
}
