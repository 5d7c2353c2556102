import type { Clock } from '../base/index.ts';
import type { Adapter } from './adapter.ts';
import type { AgentRequest } from './agent.ts';
import { ComposerNotEmptyError } from './errors.ts';
import type { Observer } from './observer.ts';
import { composerOf, isSameText } from './submit-text.ts';

interface GuardParts {
  readonly adapter: Pick<Adapter, 'name'>;
  readonly request: { readonly exchange: Pick<AgentRequest['exchange'], 'instruction'> };
  readonly clock: Clock;
}

/** How long somebody may leave a text half typed before a prompt that waits gives up. */
const PATIENCE_MS = 60_000;

/**
 * Keeps a prompt from being put behind what somebody else has typed: Enter would submit both. The
 * text is waited out, never cleared, because it may be a person's.
 */
export class ComposerGuard {
  readonly #parts: GuardParts;
  readonly #observer: Pick<Observer, 'reading'>;
  #seen: { readonly text: string; readonly at: number } | undefined;

  constructor(parts: GuardParts, observer: Pick<Observer, 'reading'>) {
    this.#parts = parts;
    this.#observer = observer;
  }

  /** @throws {ComposerNotEmptyError} a foreign text has stood there unchanged for a minute. */
  isFree(): boolean {
    const { adapter, request, clock } = this.#parts;
    const text = composerOf(this.#observer) ?? '';
    if (text.trim() === '' || isSameText(text, request.exchange.instruction ?? '')) {
      this.#seen = undefined;
      return true;
    }
    const now = clock.monotonic();
    // Somebody who goes on typing has not left it.
    if (this.#seen?.text !== text) this.#seen = { text, at: now };
    if (now - this.#seen.at < PATIENCE_MS) return false;
    throw new ComposerNotEmptyError(adapter.name);
  }
}
