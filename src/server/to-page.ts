interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** A page of values as a list of views. */
export function toPage<T, V>(
  { items, next }: Page<T>,
  toView: (item: T) => V,
): { items: V[]; next: string | null } {
  return { items: items.map(toView), next: next ?? null };
}
