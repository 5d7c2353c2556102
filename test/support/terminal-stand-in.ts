import { CodedError, silentLog, systemClock } from '../../src/base/index.ts';
import { hubSettings } from '../../src/terminal/hub-options.ts';
import type {
  Delta,
  TerminalPlace,
  Viewer,
  Watching,
  WatchWish,
} from '../../src/terminal/index.ts';
import { ViewerFlow } from '../../src/terminal/viewer-flow.ts';

interface Seen {
  readonly viewer: Viewer;
  readonly mode: WatchWish['mode'];
  readonly flow: ViewerFlow;
  seq: number;
}

const { flow: limits } = hubSettings({ clock: systemClock, log: silentLog });

/** A terminal that a test prints to; its screen is the last 1,000 bytes. */
class StandInTerminal {
  readonly typed: string[] = [];
  readonly sizes: unknown[] = [];
  readonly watchers = new Set<Seen>();
  printed: Buffer = Buffer.alloc(0);
  holder: Seen | undefined;
  /** Input waits for this, as it does for a slow tmux. */
  gate: Promise<void> = Promise.resolve();

  print(text: string | Uint8Array): void {
    const bytes = Buffer.from(text);
    const delta: Delta = { epoch: 1, offset: this.printed.length, bytes };
    this.printed = Buffer.concat([this.printed, bytes]);
    for (const seen of this.watchers) this.#give(seen, delta);
  }

  snapshot(seen: Seen, isResync: boolean): void {
    const offset = this.printed.length;
    const bytes = this.printed.subarray(-1_000);
    seen.flow.sentSnapshot(offset, bytes.length);
    seen.viewer.onSnapshot({ epoch: 1, offset, columns: 80, rows: 24, bytes, isResync });
  }

  tellLease(): void {
    for (const seen of this.watchers) {
      const { userId, name } = this.holder?.viewer ?? { userId: '', name: '' };
      const holder = this.holder === undefined ? undefined : { userId, name };
      const expiresInMs = holder === undefined ? undefined : 30_000;
      seen.viewer.onLease({ holder, isMine: this.holder === seen, expiresInMs });
    }
  }

  tellPresence(): void {
    const names = [...new Set(Array.from(this.watchers, ({ viewer }) => viewer.name))];
    for (const { viewer } of this.watchers) {
      viewer.onPresence({ viewers: this.watchers.size, names });
    }
  }

  end(): void {
    for (const { viewer } of this.watchers) viewer.onEnd({ reason: 'exited', detail: 'over' });
  }

  #give({ viewer, mode, flow }: Seen, delta: Delta): void {
    if (mode === 'thumb') {
      const text = this.printed.toString().split('\n').slice(-3);
      viewer.onThumbnail({ columns: 80, rows: 24, text });
      return;
    }
    if (!flow.admits(viewer.bufferedBytes)) return;
    flow.sentDelta(delta.offset + delta.bytes.length);
    viewer.onDelta(delta);
  }

  ack(seen: Seen, offset: number): void {
    seen.flow.ack(offset);
    if (seen.flow.canResume(seen.viewer.bufferedBytes)) this.snapshot(seen, true);
  }
}

/** In place of the terminals of an App: same promises and the real flow, no tmux. */
export class StandInTerminals {
  readonly #terminals = new Map<string, StandInTerminal>();

  of(agentId: string): StandInTerminal {
    const known = this.#terminals.get(agentId) ?? new StandInTerminal();
    this.#terminals.set(agentId, known);
    return known;
  }

  async watch(
    { agentId }: TerminalPlace,
    viewer: Viewer,
    { mode, from }: WatchWish,
    signal: AbortSignal,
  ): Promise<Watching> {
    signal.throwIfAborted();
    const terminal = this.of(agentId);
    const seen: Seen = { viewer, mode, flow: new ViewerFlow(limits), seq: 0 };
    terminal.watchers.add(seen);
    if (mode === 'stream' && from?.epoch === 1 && from.offset <= terminal.printed.length) {
      seen.flow.goOn(from.offset);
      const bytes = terminal.printed.subarray(from.offset);
      seen.flow.sentDelta(terminal.printed.length);
      if (bytes.length > 0) viewer.onDelta({ epoch: 1, offset: from.offset, bytes });
    } else if (mode === 'stream') terminal.snapshot(seen, false);
    terminal.tellLease();
    terminal.tellPresence();
    return new StandInWatching(terminal, seen);
  }

  async *follow(
    { agentId }: TerminalPlace,
    _tailLines: number,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    signal.throwIfAborted();
    yield this.of(agentId).printed.toString();
    yield 'more';
  }
}

class StandInWatching implements Watching {
  readonly #terminal: StandInTerminal;
  readonly #seen: Seen;

  constructor(terminal: StandInTerminal, seen: Seen) {
    this.#terminal = terminal;
    this.#seen = seen;
  }

  ack(offset: number): void {
    this.#terminal.ack(this.#seen, offset);
  }

  async input(seq: number, bytes: Uint8Array): Promise<void> {
    await this.#type(seq, Buffer.from(bytes).toString());
  }

  async paste(seq: number, text: string): Promise<void> {
    await this.#type(seq, `<paste>${text}</paste>`);
  }

  async acquire({ take }: { readonly take: boolean }): Promise<void> {
    const { holder } = this.#terminal;
    if (holder !== undefined && holder !== this.#seen && !take) {
      throw new CodedError('terminal.held', `${holder.viewer.name} types there.`);
    }
    this.#terminal.holder = this.#seen;
    this.#terminal.tellLease();
  }

  renew(): void {}

  release(): void {
    if (this.#terminal.holder !== this.#seen) return;
    this.#terminal.holder = undefined;
    this.#terminal.tellLease();
  }

  async resize(size: { readonly columns: number; readonly rows: number }): Promise<void> {
    this.#checkWriter();
    this.#terminal.sizes.push(size);
  }

  [Symbol.dispose](): void {
    this.#terminal.watchers.delete(this.#seen);
    this.release();
    this.#terminal.tellPresence();
  }

  async #type(seq: number, text: string): Promise<void> {
    if (seq > this.#seen.seq + 1) throw new CodedError('terminal.input-gap', 'Input is missing.');
    if (seq > this.#seen.seq) {
      // Counted also when it is refused.
      this.#seen.seq = seq;
      this.#checkWriter();
      await this.#terminal.gate;
      this.#terminal.typed.push(text);
    }
    this.#seen.viewer.onInputAck(seq);
  }

  #checkWriter(): void {
    if (this.#terminal.holder === this.#seen) return;
    throw new CodedError('terminal.not-writer', 'Somebody else may type there, or nobody.');
  }
}
