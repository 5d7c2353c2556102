import { expect, test } from 'vitest';
import { isKeyName, keyNames } from './keys.ts';

test.each(['Enter', 'C-c', 'M-Left', 'C-M-x', 'F12', 'y', '1', 'S-Up', 'BTab'])(
  '%s is a key',
  (text) => {
    expect(isKeyName(text)).toBe(true);
  },
);

test.each(['NoSuchKey', 'enter', '', 'ab', 'C-', 'C-C-c', 'Enter ', '-X', ';', 'C-;', 'é'])(
  '%j is no key, which tmux would type as text (B16)',
  (text) => {
    expect(isKeyName(text)).toBe(false);
    expect(() => keyNames(['Enter', text])).toThrow('not the name of a key');
  },
);
