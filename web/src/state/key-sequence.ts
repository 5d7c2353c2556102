/** Finds which binding the keys that were pressed name: `c`, or `g` then `j` for `g j`. */
export class KeySequence {
  readonly #limitMs: number;
  #first: { readonly key: string; readonly at: number } | undefined;

  /** @param limitMs how long the second key may take. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  press(key: string, known: ReadonlySet<string>, at: number): string | undefined {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined && at - first.at <= this.#limitMs) {
      const both = `${first.key} ${key}`;
      if (known.has(both)) return both;
    }
    if (known.has(key)) return key;
    const begins = `${key} `;
    if ([...known].some((name) => name.startsWith(begins))) this.#first = { key, at };
    return undefined;
  }
}
