const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const none = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Columns that a text takes on a terminal, without escape sequences in it. */
export function textWidth(text: string): number {
  let columns = 0;
  for (const letter of text) columns += letterWidth(letter);
  return columns;
}

/** Cut a text to so many columns; an ellipsis shows that something is missing. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let taken = '';
  let width = 0;
  for (const letter of text) {
    width += letterWidth(letter);
    if (width > columns - 1) break;
    taken += letter;
  }
  return columns > 0 ? `${taken}…` : '';
}

/** Make one harmless line of foreign text: control characters would steer the terminal. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what this removes
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
}

function letterWidth(letter: string): number {
  if (letter < '\u0300') return 1;
  if (none.test(letter)) return 0;
  return wide.test(letter) ? 2 : 1;
}
