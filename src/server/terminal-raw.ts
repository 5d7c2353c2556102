import { CodedError, hasCode, Mutex } from '../base/index.ts';
import type {
  Delta,
  LeaseState,
  Snapshot,
  TerminalEnd,
  TerminalsApp,
  Viewer,
  Watching,
} from './door-app.ts';
import { TooFastError } from './live-errors.ts';
import { codedOf } from './problem.ts';
import { closeCodes } from './socket-limits.ts';
import type { SocketLine } from './socket-line.ts';
import { isTerminalReply } from './terminal-reply.ts';
import { TerminalRights } from './terminal-rights.ts';

export interface RawOptions {
  readonly app: TerminalsApp;
  readonly line: SocketLine;
  readonly agentId: string;
  /** What it sends is typed; without it, ignored. */
  readonly isWriter: boolean;
}

const encoder = new TextEncoder();
/** RIS: a snapshot draws on an empty screen. */
const RESET = encoder.encode('\u001bc');
const CLOSE_REASON_BYTES = 120;
const never = new AbortController().signal;

/**
 * One terminal on one socket without frames, for xterm's AttachAddon and plain WebSocket clients:
 * output comes as it is, and what is sent is typed. What has left this process counts as parsed,
 * so a slow client gets a reset and a new screen where others get every byte.
 */
export class RawTerminal implements Viewer {
  readonly #options: RawOptions;
  readonly #rights: TerminalRights;
  readonly #turn = new Mutex();
  #watching: Watching | undefined;
  #isAttached = false;
  #isMine = false;
  #seq = 0;
  #queuedBytes = 0;

  constructor(options: RawOptions) {
    const { app, line } = options;
    this.#options = options;
    this.#rights = new TerminalRights(app.accounts, line.principal, line.clock);
    line.onMessage((bytes) => void this.#take(bytes));
    line.signal.addEventListener('abort', () => void this.#end(), { once: true });
  }

  get userId(): string {
    return this.#options.line.principal.userId;
  }

  get name(): string {
    return this.#options.line.principal.name;
  }

  get bufferedBytes(): number {
    return this.#options.line.bufferedBytes;
  }

  async open(): Promise<void> {
    const { app, line, agentId } = this.#options;
    await this.#guard(async () => {
      await this.#rights.check(agentId, 'viewer', line.signal);
      const place = await app.findTerminal(agentId, line.signal);
      await this.#attach();
      const watching = await app.terminals.watch(place, this, { mode: 'stream' }, line.signal);
      if (line.signal.aborted) watching[Symbol.dispose]();
      else this.#watching = watching;
    });
  }

  /** Let go what may not be seen any more. */
  tick(): void {
    const { line, agentId } = this.#options;
    void this.#guard(async () => await this.#rights.check(agentId, 'viewer', line.signal));
  }

  onSnapshot({ bytes, offset }: Snapshot): void {
    this.#send(Buffer.concat([RESET, bytes]), offset);
  }

  onDelta({ bytes, offset }: Delta): void {
    this.#send(bytes, offset + bytes.length);
  }

  onThumbnail(): void {}

  onLease({ isMine }: LeaseState): void {
    this.#isMine = isMine;
  }

  onPresence(): void {}

  onInputAck(): void {}

  onEnd({ reason }: TerminalEnd): void {
    this.#options.line.close(closeCodes.ended, reason);
  }

  #send(bytes: Uint8Array, end: number): void {
    this.#options.line.send(bytes, () => this.#watching?.ack(end));
  }

  async #take(bytes: Uint8Array): Promise<void> {
    const { isWriter, line } = this.#options;
    if (!isWriter) return;
    const isTooMuch = this.#queuedBytes + bytes.length > line.limits.queuedInputBytes;
    if (!line.takeInput(bytes.length) || isTooMuch) {
      line.log.warn('terminal input refused', { ...this.#facts, code: 'terminal.too-fast' });
      // Nothing can be said in this mode, and typing the rest without it would be wrong.
      line.close(closeCodes.tooManyMistakes, 'terminal.too-fast');
      return;
    }
    if (isTerminalReply(Buffer.from(bytes).toString('latin1'))) return;
    this.#queuedBytes += bytes.length;
    await this.#guard(async () => await this.#turn.run(async () => await this.#type(bytes)));
    this.#queuedBytes -= bytes.length;
  }

  async #type(bytes: Uint8Array): Promise<void> {
    const { line, agentId } = this.#options;
    line.signal.throwIfAborted();
    await this.#rights.check(agentId, 'operator', line.signal);
    if (this.#watching === undefined) return;
    if (!this.#isMine) await this.#acquire(this.#watching);
    this.#seq += 1;
    try {
      await this.#watching.input(this.#seq, bytes, line.signal);
    } catch (error) {
      // The right to type ended by itself since.
      if (!hasCode(error, 'terminal.not-writer')) throw error;
      await this.#acquire(this.#watching);
      this.#seq += 1;
      await this.#watching.input(this.#seq, bytes, line.signal);
    }
  }

  async #acquire(watching: Watching): Promise<void> {
    await this.#record('terminal.typing', { isTaken: false }, this.#options.line.signal);
    await watching.acquire({ take: false }, this.#options.line.signal);
  }

  /** There are no error frames here: what goes wrong closes the socket and says its code. */
  async #guard(action: () => Promise<void>): Promise<void> {
    const { line } = this.#options;
    try {
      await action();
    } catch (error) {
      if (line.signal.aborted) return;
      const coded = codedOf(error);
      const code = coded?.code ?? 'internal.fault';
      if (coded === undefined) line.log.error('terminal socket failed', { ...this.#facts, error });
      else line.log.warn('terminal socket refused', { ...this.#facts, code });
      line.close(closeCodeOf(coded), code.slice(0, CLOSE_REASON_BYTES));
    }
  }

  async #attach(): Promise<void> {
    // Not given up when the socket closes: the entry may be there then, and needs its end.
    await this.#record('terminal.attached', { mode: 'raw' }, never);
    this.#isAttached = true;
    if (this.#options.line.signal.aborted) await this.#end();
  }

  async #record(
    action: string,
    data: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<void> {
    const { app, line, agentId } = this.#options;
    if (!line.takeOpening()) throw new TooFastError();
    const entry = { action, subject: agentId, address: line.address, data };
    await app.accounts.record(line.principal, entry, signal);
  }

  async #end(): Promise<void> {
    this.#watching?.[Symbol.dispose]();
    this.#watching = undefined;
    if (!this.#isAttached) return;
    this.#isAttached = false;
    const { app, line, agentId } = this.#options;
    const entry = { action: 'terminal.detached', subject: agentId, address: line.address };
    try {
      await app.accounts.record(line.principal, entry, never);
    } catch (error) {
      line.log.error('the end of watching a terminal is not in the audit log', { error });
    }
  }

  get #facts(): Readonly<Record<string, unknown>> {
    const { line, agentId } = this.#options;
    return { userId: line.principal.userId, address: line.address, agentId };
  }
}

function closeCodeOf(error: CodedError | undefined): number {
  if (error === undefined) return closeCodes.fault;
  return error.code === 'terminal.held' ? closeCodes.held : closeCodes.tooManyMistakes;
}
