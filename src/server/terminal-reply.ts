/* oxlint-disable no-control-regex -- what terminals say begins with control characters */

/**
 * What terminals answer to programs that ask them something: device attributes, status, cursor
 * and mode reports, colours, versions. `CSI 1 ; 2..8 R` is left alone: it is F3 with modifiers.
 */
const replies = [
  /\u001b\[[?>=][\d;]*[cnRy]/,
  /\u001b\[\??[\d;]*\$y/,
  /\u001b\[[03]n/,
  /\u001b\[(?!1;[2-8]R)\d+;\d+R/,
  /\u001b\[[468];\d+;\d+t/,
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/,
  /\u001bP[^\u001b]*\u001b\\/,
];

const onlyReplies = new RegExp(`^(?:${replies.map(({ source }) => source).join('|')})+$`);
/** No reply is longer. */
const LONGEST = 4_096;

/**
 * Whether a viewer's input is nothing but answers of its terminal. tmux answered already: each
 * viewer's own answer would be typed to the agent once more.
 */
export function isTerminalReply(text: string): boolean {
  return text.startsWith('\u001b') && text.length <= LONGEST && onlyReplies.test(text);
}
