import type { FeedEventView } from '../../src/contract/index.ts';
import type { Visibility } from '../../src/sessions/visibility.ts';

interface Page {
  readonly after: number;
  readonly limit: number;
}

/** In place of the feed of an App: events that a test says, for everybody or for one user. */
export class StandInFeed {
  readonly #events: { readonly view: FeedEventView; readonly userId: string | undefined }[] = [];
  readonly #listeners = new Set<() => void>();
  /** Reads so far. */
  reads = 0;
  /** Events at and before this position can not be read any more. */
  forgotten = 0;
  failure: Error | undefined;
  #held: Promise<void> | undefined;

  add(kind: string, userId?: string): void {
    const position = this.#events.length + 1;
    const view = {
      position,
      stream: 'job_1',
      sequence: position,
      session_id: 'ses_1',
      kind,
      at: '2026-01-01T00:00:00.000Z',
      data: {},
    };
    this.#events.push({ view, userId });
    for (const listener of this.#listeners) listener();
  }

  /** Keep the answer of the next read back until the function is called. */
  holdNext(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return resolve;
  }

  last = async (): Promise<number> => this.#events.length;

  read = async ({ after, limit }: Page, { userId }: Visibility, signal: AbortSignal) => {
    signal.throwIfAborted();
    this.reads += 1;
    if (this.failure !== undefined) throw this.failure;
    const newest = this.#events.length;
    if (after < this.forgotten || after > newest) return { events: [], last: newest, isGap: true };
    const page = this.#events.filter(({ view }) => view.position > after).slice(0, limit);
    const last = page.length < limit ? newest : (page.at(-1)?.view.position ?? newest);
    const events = page
      .filter((event) => userId === undefined || event.userId === userId)
      .map(({ view }) => view);
    const held = this.#held;
    this.#held = undefined;
    await held;
    return { events, last, isGap: false };
  };

  watch = (listener: () => void): Disposable => {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  };
}

export interface SentEvent {
  readonly id: number | undefined;
  readonly name: string;
  readonly data: Record<string, unknown>;
}

/** Read server-sent events out of what a stream said so far; comments and hints are left out. */
export function readSentEvents(text: string): readonly SentEvent[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((block) => {
      const fields = new Map(
        block.split('\n').map((line) => {
          const [name = '', ...rest] = line.split(': ');
          return [name, rest.join(': ')];
        }),
      );
      const data = fields.get('data');
      if (data === undefined) return [];
      const id = fields.get('id');
      const name = fields.get('event') ?? 'message';
      return [{ id: id === undefined ? undefined : Number(id), name, data: JSON.parse(data) }];
    });
}
