import { AzureRefusal } from './azure-refusal.ts';

/** Do one call, again where that helps; `doing` completes "Azure refuses to ...". */
export type Ask = <T>(doing: string, signal: AbortSignal, action: () => Promise<T>) => Promise<T>;

/** What is there, or undefined for what Azure does not find. */
export async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const isMissing = error instanceof AzureRefusal && error.status === 404;
    // Of a subscription that is not ours nothing can be said.
    if (isMissing && !error.has('SubscriptionNotFound')) return undefined;
    throw error;
  }
}

const MOST_ITEMS = 10_000;

/** Every item of all pages, at most 10,000: no subscription may have more groups than 980. */
export async function allOf<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
    if (found.length >= MOST_ITEMS) break;
  }
  return found;
}
