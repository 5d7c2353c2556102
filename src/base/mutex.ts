/** Let one caller at a time through, in the order they came. */
export class Mutex {
  #tail: Promise<void> = Promise.resolve();

  async run<T>(action: () => Promise<T>): Promise<T> {
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await before;
    try {
      return await action();
    } finally {
      resolve();
    }
  }
}
