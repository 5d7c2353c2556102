/** Bytes in which a page's head begins; one that begins later is sent as it is. */
const LONGEST_START = 65_536;

/**
 * In a sandbox a page may not even name its storage, and the reports of Playwright do so before
 * they draw anything. They get one that lasts as long as the page.
 */
const script = `<script>
for (const name of ['localStorage', 'sessionStorage']) {
  const kept = new Map();
  const value = {
    get length() { return kept.size; },
    key: (place) => [...kept.keys()][place] ?? null,
    getItem: (key) => kept.get(String(key)) ?? null,
    setItem: (key, text) => void kept.set(String(key), String(text)),
    removeItem: (key) => void kept.delete(String(key)),
    clear: () => kept.clear(),
  };
  Object.defineProperty(window, name, { value });
}
</script>`;

/** Put that script first into the head of a page. */
export async function* withStorage(
  page: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of page) {
    if (start === undefined) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    // One letter a byte: so that places in the text are places in the bytes.
    const head = /<head(?:\s[^>]*)?>/i.exec(start.toString('latin1'));
    if (head === null && start.length < LONGEST_START) continue;
    const place = head === null ? 0 : head.index + head[0].length;
    yield start.subarray(0, place);
    if (head !== null) yield Buffer.from(script);
    yield start.subarray(place);
    start = undefined;
  }
  if (start !== undefined) yield start;
}
