export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

/** Which part of a list is wanted; commander's names. */
export interface PageOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly all?: boolean;
}

const DEFAULT_LIMIT = 50;
/** For `--all`: the largest page that every list gives. */
const PAGE = 1_000;

/** Read one page, or with `all` every page from the cursor on. */
export async function readPages<T>(
  { limit = DEFAULT_LIMIT, cursor, all = false }: PageOptions,
  read: (place: { limit: number; cursor: string | undefined }) => Promise<Page<T>>,
): Promise<Page<T>> {
  if (!all) return await read({ limit, cursor });
  const items: T[] = [];
  for (let place = cursor; ;) {
    const page = await read({ limit: PAGE, cursor: place });
    items.push(...page.items);
    if (page.next === undefined) return { items, next: undefined };
    place = page.next;
  }
}
