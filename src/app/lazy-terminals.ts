import type {
  HubOptions,
  HubStats,
  TerminalHub,
  TerminalPlace,
  Viewer,
  Watching,
  WatchWish,
} from '../terminal/index.ts';

/** What doors do with agents' terminals; see `TerminalHub`. */
export type Terminals = Pick<TerminalHub, 'watch' | 'follow' | 'stats'>;

const nothing: HubStats = { screens: 0, viewers: 0, leases: 0, bytes: 0 };

/** The hub of a process, loaded when somebody first looks at a terminal. */
export class LazyTerminals implements Terminals, AsyncDisposable {
  readonly #options: HubOptions;
  #loading: Promise<TerminalHub> | undefined;
  #hub: TerminalHub | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  async watch(
    place: TerminalPlace,
    viewer: Viewer,
    wish: WatchWish,
    signal: AbortSignal,
  ): Promise<Watching> {
    return await (await this.#loaded()).watch(place, viewer, wish, signal);
  }

  async *follow(
    place: TerminalPlace,
    tailLines: number,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    yield* (await this.#loaded()).follow(place, tailLines, signal);
  }

  stats(): HubStats {
    return this.#hub?.stats() ?? nothing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#loading)?.[Symbol.asyncDispose]();
  }

  async #loaded(): Promise<TerminalHub> {
    this.#loading ??= this.#load();
    return await this.#loading;
  }

  async #load(): Promise<TerminalHub> {
    const { TerminalHub: Hub } = await import('../terminal/index.ts');
    this.#hub = new Hub(this.#options);
    return this.#hub;
  }
}
