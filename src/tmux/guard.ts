import type { Command } from './connection.ts';
import { ForbiddenCommandError } from './errors.ts';
import { checkedLayout } from './layout.ts';

interface Refusal {
  /** The command's name and its alias. */
  readonly names: readonly string[];
  readonly reason: string;
  readonly instead: string;
  /** Refuse only when this is true of the arguments; always when not given. */
  readonly when?: (args: readonly string[]) => boolean;
}

const order = 'its replies cannot be told from those of other commands';

const refusals: readonly Refusal[] = [
  {
    names: ['kill-server'],
    reason: 'it may hang behind a client nobody reads',
    instead: 'Use server.kill().',
  },
  {
    names: ['paste-buffer', 'pasteb'],
    reason: 'into a dead pane it ends tmux 3.3a',
    instead: 'Use pane.paste().',
  },
  {
    names: ['send-keys', 'send'],
    reason: 'in copy mode the text is lost and the connection stops',
    instead: 'Use pane.typeText() or pane.pressKeys().',
    when: (args) => !flagLetters(args).includes('X'),
  },
  {
    names: ['select-layout', 'selectl'],
    reason: 'tmux 3.3a ends at a layout it does not know',
    instead: 'Use window.selectLayout().',
    when: isUnsafeLayout,
  },
  {
    names: ['set-option', 'set', 'set-window-option', 'setw'],
    reason: 'it can end a tmux 3.3a server',
    instead: 'Use setOption() and unsetOption().',
    when: isFatalOption,
  },
  {
    names: ['link-window', 'linkw'],
    reason: 'linked windows can put tmux into an endless loop',
    instead: 'Make a window in each session.',
  },
  {
    names: ['new-session', 'new'],
    reason: 'it would move this connection, or link windows',
    instead: 'Use server.createSession().',
  },
  {
    names: ['wait-for', 'wait'],
    reason: 'it stops the connection',
    instead: 'Wait for an event of this library.',
  },
  {
    names: ['run-shell', 'run'],
    reason: 'without -b it stops the connection',
    instead: 'Add -b, or start a program in a pane.',
    when: (args) => !flagLetters(args).includes('b'),
  },
  { names: ['if-shell', 'if'], reason: order, instead: 'Decide here, or bind a hook.' },
  { names: ['source-file', 'source'], reason: order, instead: 'Send the commands one by one.' },
  {
    names: [
      'attach-session',
      'attach',
      'switch-client',
      'switchc',
      'detach-client',
      'detach',
      'suspend-client',
      'suspendc',
      'refresh-client',
      'refresh',
    ],
    reason: 'it would change this connection',
    instead: 'Connect another client.',
  },
  {
    names: [
      'confirm-before',
      'confirm',
      'command-prompt',
      'display-menu',
      'menu',
      'display-popup',
      'popup',
    ],
    reason: 'it waits for a person',
    instead: 'Ask the person yourself.',
  },
];

/**
 * Refuse what ends, hangs or wedges a server, before tmux sees it. Names may be shortened, as
 * tmux allows; a shortened name that could become a refused one counts as that one.
 *
 * @throws {ForbiddenCommandError} with what to use instead.
 */
export function refuseFatal(command: Command): void {
  const [name = '', ...args] = command;
  const refusal = refusals.find(({ names, when }) => {
    const isNamed = name !== '' && name !== 'display' && names.some((one) => one.startsWith(name));
    return isNamed && (when === undefined || when(args));
  });
  if (refusal === undefined) return;
  throw new ForbiddenCommandError(name, refusal.reason, refusal.instead);
}

/** All letters of the flags, `-gU -t x` gives `gUt`; values of flags that look like flags count too. */
function flagLetters(args: readonly string[]): string {
  const end = args.indexOf('--');
  const before = end === -1 ? args : args.slice(0, end);
  return before
    .filter((word) => /^-./.test(word))
    .map((word) => word.slice(1))
    .join('');
}

function isUnsafeLayout(args: readonly string[]): boolean {
  if (/[oE]/.test(flagLetters(args))) return true;
  const target = args.indexOf('-t');
  const rest = args.filter(
    (_, index) => target === -1 || (index !== target && index !== target + 1),
  );
  const [layout, ...others] = rest;
  if (layout === undefined || others.length > 0) return true;
  try {
    checkedLayout(layout);
    return false;
  } catch {
    return true;
  }
}

function isFatalOption(args: readonly string[]): boolean {
  if (flagLetters(args).includes('U')) return true;
  const isGlobal = /[gs]/.test(flagLetters(args));
  return (
    isGlobal && args.some((word) => word.startsWith('window-s') && 'window-size'.startsWith(word))
  );
}
