import type { ScreenReading } from '../../src/agents/adapter.ts';
import type { AgentState } from '../../src/agents/agent.ts';
import type { Knowledge } from '../../src/agents/evidence.ts';

interface Seen {
  readonly reading: ScreenReading | undefined;
  readonly state: AgentState;
  readonly knowledge: Knowledge;
  readonly progressAt: number;
}

/** Stands in for an Observer: shows what a test says, and tells whoever waits. */
export class StubObserver implements Seen {
  #seen: Seen = {
    reading: undefined,
    state: stateOf('starting'),
    knowledge: { startedAt: 0 },
    progressAt: 0,
  };
  #changed = Promise.withResolvers<void>();

  get reading(): ScreenReading | undefined {
    return this.#seen.reading;
  }

  get state(): AgentState {
    return this.#seen.state;
  }

  get knowledge(): Knowledge {
    return this.#seen.knowledge;
  }

  get progressAt(): number {
    return this.#seen.progressAt;
  }

  show(change: Partial<Seen>): void {
    this.#seen = { ...this.#seen, ...change };
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** At its prompt, with this in the composer. */
  showPrompt(composer = ''): void {
    this.show({ reading: { kind: 'ready', detail: 'the prompt', composer } });
  }

  showBusy(composer = ''): void {
    const reading = { kind: 'busy', detail: 'the spinner', composer } as const;
    this.show({ reading, state: stateOf('busy') });
  }

  async look(): Promise<void> {
    await Promise.resolve();
  }

  async until<T>(test: () => T | undefined, signal: AbortSignal): Promise<T> {
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        const found = test();
        if (found !== undefined) return found;
        await Promise.race([this.#changed.promise, aborted.promise]);
      }
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

export function stateOf(
  kind: Exclude<AgentState['kind'], 'asking' | 'exited'>,
  detail = 'as the test says',
): AgentState {
  return { kind, evidence: { source: 'screen', at: 0, detail } };
}
