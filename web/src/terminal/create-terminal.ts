import { Unicode11Addon } from '@xterm/addon-unicode11';
import { type ITerminalInitOnlyOptions, type ITerminalOptions, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { swallowReplies } from './swallow-replies.ts';
import { terminalTheme } from './theme.ts';

/** Make a terminal that looks as all of them do, live or recorded; nobody types into it yet. */
export function createTerminal(options: ITerminalOptions & ITerminalInitOnlyOptions): Terminal {
  const terminal = new Terminal({
    // Asked for by the widths of letters.
    allowProposedApi: true,
    disableStdin: true,
    fontFamily: "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
    theme: terminalTheme,
    // As readable as the rest of the page, whatever colours a program chose.
    minimumContrastRatio: 4.5,
    logLevel: 'off',
    ...options,
  });
  swallowReplies(terminal);
  // As the server's: wide letters must have one width on both sides.
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  return terminal;
}
