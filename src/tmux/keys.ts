import { BadArgumentError } from './errors.ts';

type Letter =
  | 'a'
  | 'b'
  | 'c'
  | 'd'
  | 'e'
  | 'f'
  | 'g'
  | 'h'
  | 'i'
  | 'j'
  | 'k'
  | 'l'
  | 'm'
  | 'n'
  | 'o'
  | 'p'
  | 'q'
  | 'r'
  | 's'
  | 't'
  | 'u'
  | 'v'
  | 'w'
  | 'x'
  | 'y'
  | 'z';
type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type NamedKey = (typeof namedKeys)[number];
type Modifier = '' | 'C-' | 'M-' | 'S-' | 'C-M-' | 'C-S-' | 'M-S-';

/**
 * A key to press, as tmux spells it: `Enter`, `C-c`, `M-Left`, `y`. Text is not a key: see
 * `typeText`. tmux itself types an unknown key name as text, so names are checked here.
 */
export type KeyName = `${Modifier}${NamedKey | Letter | Digit}`;

const namedKeys = [
  'Enter',
  'Escape',
  'Tab',
  'BTab',
  'Space',
  'BSpace',
  'Up',
  'Down',
  'Left',
  'Right',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'IC',
  'DC',
  'F1',
  'F2',
  'F3',
  'F4',
  'F5',
  'F6',
  'F7',
  'F8',
  'F9',
  'F10',
  'F11',
  'F12',
] as const;

const pattern = new RegExp(`^(C-M-|C-S-|M-S-|C-|M-|S-)?(${namedKeys.join('|')}|[a-z0-9])$`);

export function isKeyName(text: string): text is KeyName {
  return pattern.test(text);
}

/** Check keys that come from outside. @throws {BadArgumentError} one of them is no key. */
export function keyNames(texts: readonly string[]): readonly KeyName[] {
  return texts.map((text) => {
    if (isKeyName(text)) return text;
    throw new BadArgumentError('not the name of a key', text, {
      todo: 'Use names such as Enter, Escape, C-c, Up; type text with typeText',
    });
  });
}
