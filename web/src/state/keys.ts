import { useEffect, useRef } from 'react';
import { KeySequence } from './key-sequence.ts';

/** What a key, or two one after the other (`g j`), do on a page. */
export type Bindings = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** The newest comes last and is asked first, so a page may take a key from the shell. */
const layers: { readonly bindings: Bindings }[] = [];
const sequence = new KeySequence(1_000);

/** Keys of a component while it is there. They rest while one types, and under a dialog. */
export function useKeys(bindings: Bindings, isOn = true): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  const names = Object.keys(bindings).join('|');
  useEffect(() => {
    if (!isOn) return undefined;
    const entries = names
      .split('|')
      .map((name) => [name, (event: KeyboardEvent) => latest.current[name]?.(event)] as const);
    const layer = { bindings: Object.fromEntries(entries) };
    if (layers.length === 0) window.addEventListener('keydown', press);
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) window.removeEventListener('keydown', press);
    };
  }, [names, isOn]);
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || isTyping(event.target)) return;
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null)
    return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const known = new Set(layers.flatMap(({ bindings }) => Object.keys(bindings)));
  const name = sequence.press(event.key, known, event.timeStamp);
  if (name === undefined) return;
  const layer = layers.findLast(({ bindings }) => name in bindings);
  event.preventDefault();
  layer?.bindings[name]?.(event);
}

/** True in fields and terminals, which take every key for themselves. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('.xterm, [data-keys="own"]') !== null) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
