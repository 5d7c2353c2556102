/** What a queue lets go when it is full: said once, as an item, where the loss happened. */
export interface QueueOptions<T> {
  /** Most weight held before the oldest items go. */
  readonly limit: number;
  weigh(item: T): number;
  /** The item that stands for `dropped` lost ones. */
  lost(dropped: { readonly items: number; readonly weight: number }): T;
}

/**
 * Hand items from a producer that cannot wait to one reader that may be slow. Full, it drops the
 * oldest and tells the reader how much is missing before the next item.
 */
export class BoundedQueue<T extends object> implements AsyncIterableIterator<T> {
  readonly #options: QueueOptions<T>;
  #items: T[] = [];
  #head = 0;
  #weight = 0;
  #lost = { items: 0, weight: 0 };
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(options: QueueOptions<T>) {
    this.#options = options;
  }

  push(item: T): void {
    if (this.#isEnded) return;
    this.#items.push(item);
    this.#weight += this.#options.weigh(item);
    while (this.#weight > this.#options.limit && this.#items.length - this.#head > 1) {
      const weight = this.#options.weigh(this.#shift());
      this.#lost = { items: this.#lost.items + 1, weight: this.#lost.weight + weight };
    }
    this.#wake?.();
  }

  /** No more will come: the reader gets what is left, then the end, or the error. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      if (this.#lost.items > 0) {
        const lost = this.#lost;
        this.#lost = { items: 0, weight: 0 };
        return { done: false, value: this.#options.lost(lost) };
      }
      if (this.#items.length > this.#head) return { done: false, value: this.#shift() };
      if (this.#isEnded) {
        if (this.#failure !== undefined) throw this.#failure.error;
        return { done: true, value: undefined };
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
      this.#wake = undefined;
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.end();
    this.#items = [];
    this.#head = 0;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #shift(): T {
    const item = this.#items.slice(this.#head, this.#head + 1);
    const [first] = item;
    if (first === undefined) throw new Error('shifted an empty queue');
    this.#head += 1;
    this.#weight -= this.#options.weigh(first);
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }
}
