/**
 * What the screens of Claude Code look like, as data. Both tested versions are covered at once:
 * where they differ (order of choices, numbers before them, which one is selected) the choices
 * are read from the screen instead of being known.
 */
export const testedVersions = ['2.1.197', '2.1.329'] as const;

export interface DialogRule {
  readonly kind: string;
  /** Text that this dialog alone shows, in its rows joined by single blanks. */
  readonly shows: RegExp;
  /** Its first group is the question; without it the whole text is. */
  readonly question?: RegExp;
}

/** The first rule that fits is taken. */
export const dialogRules: readonly DialogRule[] = [
  {
    kind: 'trust',
    shows: /^Accessing workspace: .*Is this a project you created or one you trust\?/,
    question: /^(?<question>Accessing workspace: .*?) Quick safety check/,
  },
  {
    kind: 'add-directory',
    shows: /^Adding a new directory: .*Is this a directory you created or one you trust\?/,
    question: /^(?<question>Adding a new directory: .*?) This session/,
  },
  {
    kind: 'api-key',
    shows: /Do you want to use this API key\?/,
    question: /(?<question>Do you want to use this API key\?)/,
  },
  {
    kind: 'login',
    shows: /Select login method:/,
    question: /(?<question>Select login method)/,
  },
  {
    kind: 'theme',
    shows: /Choose the text style that looks best with your terminal/,
    question: /(?<question>Choose the text style that looks best with your terminal)/,
  },
  {
    kind: 'bypass-warning',
    shows: /running in Bypass Permissions mode/,
    question: /(?<question>Claude Code running in Bypass Permissions mode)/,
  },
  { kind: 'question', shows: /Enter to select · ↑\/↓ to navigate/ },
  { kind: 'permission', shows: /Do you want to .*\?.*Esc to cancel/ },
];

/** Dialogs that offer no list: something is to be typed, or any Enter goes on. */
export const plainDialogRules: readonly DialogRule[] = [
  {
    kind: 'login',
    shows: /Paste code here if prompted/,
    question: /(?<question>Browser didn't open\?)/,
  },
  {
    kind: 'security-notes',
    shows: /Security notes: .*Press Enter to continue/,
    question: /(?<question>Security notes)/,
  },
];

/** Text from which the program does not go on; it exits by itself. */
export const deadEnds: readonly RegExp[] = [
  /Unable to connect to Anthropic services/,
  /cannot be used with root\/sudo privileges/,
];

/** The choice of the trust dialog that we make for a directory of our own. */
export const trustChoice = /^Yes, I trust this folder$/;

export const screenRules = {
  /** A line across the screen: above and below the composer, above a dialog. */
  line: /^[─▔]{20,}$/,
  dashedLine: /^╌{20,}$/,
  /** The pointer before the composer's text and before a dialog's selected choice. */
  pointer: '❯',
  /** In the row below the composer while a turn runs. */
  busy: /\besc to interrupt\b/,
  /** Rows that the composer's footer may have; more means that something else is drawn there. */
  footerRows: 4,
} as const;
