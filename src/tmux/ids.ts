/** Ids that tmux gives and never reuses while its server lives; a new server begins again at 0. */
export type SessionId = `$${number}`;
export type WindowId = `@${number}`;
export type PaneId = `%${number}`;

export function isSessionId(text: string): text is SessionId {
  return /^\$\d+$/.test(text);
}

export function isWindowId(text: string): text is WindowId {
  return /^@\d+$/.test(text);
}

export function isPaneId(text: string): text is PaneId {
  return /^%\d+$/.test(text);
}
