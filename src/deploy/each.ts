/**
 * Do `action` for every item, so many at once, and give the results in the order of the items. The
 * first failure is thrown once those that run have ended; no further ones begin.
 */
export async function each<T, R>(
  items: readonly T[],
  atOnce: number,
  action: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const rest = items.entries();
  let isFailed = false;
  const work = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (isFailed) return;
      try {
        results[index] = await action(item);
      } catch (error) {
        isFailed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, work));
  const failure = ended.find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return results;
}
