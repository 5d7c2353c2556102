const LONGEST_UNASKED = 500;

export interface PasteCheck {
  /** Why a person is asked first; undefined where nobody need be. */
  readonly reason: string | undefined;
  /** With the control characters taken out that the server refuses. */
  readonly text: string;
}

/** Look at what is to be pasted: a text of several lines may do more than its reader sees. */
export function checkPaste(pasted: string): PasteCheck {
  const lines = pasted.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const text = lines.replaceAll(/[^\P{Cc}\n\t]/gu, '');
  const count = text.trimEnd().split('\n').length;
  if (text !== lines) return { text, reason: 'It holds control characters, which are left out.' };
  if (text.includes('\n')) {
    const ends = text.endsWith('\n') ? ' and ends with Enter' : '';
    return { text, reason: `It has ${count} ${count === 1 ? 'line' : 'lines'}${ends}.` };
  }
  if (text.length > LONGEST_UNASKED) return { text, reason: `It has ${text.length} characters.` };
  return { text, reason: undefined };
}
