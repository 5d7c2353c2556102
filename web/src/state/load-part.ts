export interface PartTools {
  /** Whether the server answers now. */
  readonly isServed: () => Promise<boolean>;
  /** Resolves after a moment, in which the server may come back. */
  readonly pause: () => Promise<void>;
  /** Read the whole page anew; false when that was tried before and did not help. */
  readonly renew: () => boolean;
  /** Somebody waits, since the server does not answer. */
  readonly tellWaiting: () => void;
}

/**
 * Read a part of the dashboard that comes only when it is needed. While the server is away it
 * waits, and the page stays as it is. A server that was renewed has no parts of the page from
 * before: then the page is read anew, once, and the promise never settles.
 *
 * @throws what `load` throws, when the server answers and a new page does not help.
 */
export async function loadPart<T>(load: () => Promise<T>, tools: PartTools): Promise<T> {
  try {
    return await load();
  } catch {
    await untilServed(tools);
  }
  try {
    return await load();
  } catch (error) {
    if (!tools.renew()) throw error;
    return await new Promise<never>(() => {});
  }
}

async function untilServed({ isServed, pause, tellWaiting }: PartTools): Promise<void> {
  if (await isServed()) return;
  tellWaiting();
  do {
    await pause();
  } while (!(await isServed()));
}
