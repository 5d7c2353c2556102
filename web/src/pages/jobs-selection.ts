/** Jobs that were picked one by one, or all that the filter fits, loaded or not. */
export type Selection =
  | { readonly kind: 'some'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'all' };

export const nothingSelected: Selection = { kind: 'some', ids: new Set() };

export function isSelected(selection: Selection, id: string): boolean {
  return selection.kind === 'all' || selection.ids.has(id);
}

export function isEmpty(selection: Selection): boolean {
  return selection.kind === 'some' && selection.ids.size === 0;
}

/** @param shown every job of the list: without one, `all` is these without it. */
export function toggle(selection: Selection, id: string, shown: readonly string[]): Selection {
  const ids = new Set(selection.kind === 'all' ? shown : selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { kind: 'some', ids };
}

/** Pick all from one to another, as Shift with a click does. */
export function extend(
  selection: Selection,
  from: string,
  to: string,
  shown: readonly string[],
): Selection {
  if (selection.kind === 'all') return selection;
  const [a, b] = [shown.indexOf(from), shown.indexOf(to)];
  if (a < 0 || b < 0) return toggle(selection, to, shown);
  const between = shown.slice(Math.min(a, b), Math.max(a, b) + 1);
  return { kind: 'some', ids: new Set([...selection.ids, ...between]) };
}
