import type { Clock } from '../../base/index.ts';
import type { Screen } from '../adapter.ts';
import { screenReader, type ScreenReader } from '../screen-rules/load-rules.ts';

/**
 * Make the reader of opencode's screens: by the rules, but for what lies beside the conversation
 * or over it.
 */
export function opencodeScreenReader(clock: Pick<Clock, 'now'>): ScreenReader {
  const read = screenReader('opencode', clock);
  return (screen, request) => {
    const main = withoutSidebar(screen);
    const menu = openMenu(main.rows);
    switch (menu) {
      case undefined:
        return read(main, request);
      case 'Connect a provider': {
        const dialog = { kind: 'login', question: menu, choices: [] };
        return { kind: 'asking', detail: 'login dialog', dialog, keys: [], automatic: undefined };
      }
      default:
        return { kind: 'unknown', detail: `the menu "${menu}" takes what is typed` };
    }
  };
}

/** The last row of what a wide terminal shows at the right; the columns before it are free. */
const sidebar = / {4}• OpenCode \d+\.\d+\.\d+\S*$/;

function withoutSidebar({ rows, styledRows }: Screen): Screen {
  const start = rows.map((row) => row.search(sidebar)).find((column) => column >= 0);
  if (start === undefined) return { rows, styledRows };
  return { rows: rows.map((row) => row.slice(0, start).trimEnd()), styledRows };
}

/** The title of a menu; the composer stays drawn below it. */
function openMenu(rows: readonly string[]): string | undefined {
  const titles = rows.map((row) => /^ {10,}(?<title>\S.*?) {4,}esc$/.exec(row)?.groups?.['title']);
  return titles.find((title) => title !== undefined);
}
