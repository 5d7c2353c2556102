import { useState } from 'react';

/** A text that stays when the page is left or loaded again, until it is emptied. */
export function useDraft(name: string): readonly [string, (text: string) => void] {
  const key = `draft ${name}`;
  const [text, setText] = useState(() => localStorage.getItem(key) ?? '');
  const change = (next: string): void => {
    setText(next);
    try {
      if (next === '') localStorage.removeItem(key);
      else localStorage.setItem(key, next);
    } catch {
      // The browser has no room for it: the text is still on the page.
    }
  };
  return [text, change];
}
