import type { Clock } from '../base/index.ts';
import { commandError } from './command-errors.ts';
import type { ControlClient } from './control-client.ts';
import { type ControlEvent, ControlParser, type ReplyEvent } from './control-parser.ts';
import {
  BadArgumentError,
  TmuxConnectionLostError,
  TmuxServerUnresponsiveError,
} from './errors.ts';
import type { PaneId } from './ids.ts';
import { parseNotification, type TmuxNotification } from './notifications.ts';
import { sequenceLine } from './quote.ts';

export type Command = readonly string[];
export type ReplyLines = readonly string[];

export interface ConnectionOptions {
  readonly socketPath: string;
  readonly clock: Clock;
  /** How long the server may take to answer one command. */
  readonly deadlineMs: number;
  /** Bytes a pane printed. Called in order; a throw is a bug and ends the program. */
  readonly onOutput: (pane: PaneId, bytes: Buffer) => void;
  readonly onNotification: (notification: TmuxNotification) => void;
}

interface Pending {
  readonly commands: readonly Command[];
  /** How many replies come when nothing fails. */
  readonly blocks: number;
  readonly sentAt: number;
  readonly replies: (readonly Buffer[])[];
  /** Set to nothing once the caller has left; the reply is still awaited, to keep the order. */
  settle:
    | { resolve(replies: readonly (readonly Buffer[])[]): void; reject(error: unknown): void }
    | undefined;
}

/** Commands on their way at once; more is a caller that waits for nothing. */
const MOST_PENDING = 2_000;
/** Unanswered bytes of stray text that are kept to explain why a client ended. */
const MOST_STRAY = 4_096;

/**
 * One control-mode client: commands go out pipelined, replies come back in the same order.
 *
 * When it ends, for whatever reason, every command on its way rejects with
 * `tmux.connection-lost` and `lost` resolves. It never connects again by itself.
 */
export class ControlConnection implements AsyncDisposable {
  /** Resolves with the reason when the connection has ended; never rejects. */
  readonly lost: Promise<Error>;
  /** Resolves when the client is attached; rejects with the reason when it ends before. */
  readonly attached: Promise<void>;
  readonly #client: ControlClient;
  readonly #options: ConnectionOptions;
  readonly #parser = new ControlParser();
  readonly #pending: Pending[] = [];
  readonly #ended = Promise.withResolvers<Error>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #attached = Promise.withResolvers<void>();
  readonly #timer: Disposable;
  readonly #openedAt: number;
  #isAttached = false;
  #failure: Error | undefined;
  #stray = '';

  constructor(client: ControlClient, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
    this.#openedAt = options.clock.monotonic();
    this.lost = this.#ended.promise;
    this.attached = this.#attached.promise;
    this.attached.catch(() => {});
    this.#timer = options.clock.every(options.deadlineMs / 4, () => this.#checkAge());
    client.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    client.stderr.on('data', (chunk: Buffer) => this.#keepStray(chunk.toString('utf8')));
    // EPIPE here means that the client ended; 'close' tells why.
    client.stdin.on('error', () => {});
    client.on('error', (error) => this.#close(error.message));
    client.on('close', () => this.#close(this.#stray.trim() || 'the client ended'));
  }

  get isOpen(): boolean {
    return this.#failure === undefined;
  }

  get pid(): number | undefined {
    return this.#client.pid;
  }

  /**
   * Run commands on one line, nothing in between; resolves with the lines of each reply, as bytes.
   * An `if-shell` counts twice (its own reply is empty, then its command's) and must hold exactly
   * one command for each outcome.
   *
   * @throws {TmuxCommandError} tmux refused one of them: those after it did not run.
   * @throws {TmuxConnectionLostError} | {TmuxServerUnresponsiveError} the outcome is unknown.
   * @throws `signal.reason` when aborted; a command that was sent may run all the same.
   */
  async sequence(
    commands: readonly Command[],
    signal: AbortSignal,
  ): Promise<readonly (readonly Buffer[])[]> {
    signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    if (commands.length === 0 || commands.some((command) => command.length === 0)) {
      throw new BadArgumentError('a tmux command line without a command', commands);
    }
    if (this.#pending.length >= MOST_PENDING) {
      throw new BadArgumentError('too many tmux commands on their way', this.#pending.length);
    }
    const line = `${sequenceLine(commands)}\n`;
    const { promise, resolve, reject } = Promise.withResolvers<readonly (readonly Buffer[])[]>();
    const sentAt = this.#options.clock.monotonic();
    const blocks = commands.reduce((sum, [name]) => sum + (name === 'if-shell' ? 2 : 1), 0);
    const settle = { resolve, reject };
    const pending: Pending = { commands, blocks, sentAt, replies: [], settle };
    const abort = (): void => {
      pending.settle = undefined;
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#pending.push(pending);
    this.#client.stdin.write(line);
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** End the client and wait until it is gone; the server runs on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.#closed.promise;
  }

  /** End the client at once. Asked politely it would wait for its server, which may be stuck. */
  kill(): void {
    this.#client.kill('SIGKILL');
    // A stuck server may hold the other ends of the pipes: nothing more is read from them.
    this.#client.stdout.destroy();
    this.#client.stderr.destroy();
    this.#client.stdin.destroy();
  }

  #read(chunk: Buffer): void {
    for (const event of this.#parser.feed(chunk)) this.#handle(event);
  }

  #handle(event: ControlEvent): void {
    switch (event.kind) {
      case 'output':
        this.#options.onOutput(event.pane, event.bytes);
        return;
      case 'reply':
        if (event.isOurs) this.#answer(event);
        else if (event.isError) this.#keepStray(event.lines.map(String).join('\n'));
        return;
      case 'line': {
        const notification = parseNotification(event.text);
        if (notification.kind === 'session-changed') {
          this.#isAttached = true;
          this.#attached.resolve();
        }
        if (notification.kind === 'exit') this.#keepStray(notification.reason);
        this.#options.onNotification(notification);
        return;
      }
      case 'stray':
        this.#keepStray(event.text);
        return;
      case 'broken':
        this.#end(this.#lostError(event.reason));
        this.kill();
        return;
      default:
        event satisfies never;
    }
  }

  #answer({ isError, lines }: ReplyEvent): void {
    const [pending] = this.#pending;
    if (pending === undefined) {
      this.#end(this.#lostError('a reply came that nothing asked for'));
      this.kill();
      return;
    }
    if (isError) {
      this.#pending.shift();
      const command = pending.commands[pending.replies.length] ?? [];
      pending.settle?.reject(commandError(command, lines.map(String)));
      return;
    }
    pending.replies.push(lines);
    if (pending.replies.length < pending.blocks) return;
    this.#pending.shift();
    pending.settle?.resolve(pending.replies);
  }

  #checkAge(): void {
    const { clock, deadlineMs, socketPath } = this.#options;
    const since = this.#isAttached ? this.#pending[0]?.sentAt : this.#openedAt;
    if (since === undefined || clock.monotonic() - since < deadlineMs) return;
    this.#end(new TmuxServerUnresponsiveError(socketPath, deadlineMs));
    this.kill();
  }

  #keepStray(text: string): void {
    this.#stray = `${this.#stray}${text}\n`.slice(-MOST_STRAY);
  }

  #lostError(reason: string): TmuxConnectionLostError {
    return new TmuxConnectionLostError(this.#options.socketPath, reason);
  }

  #close(reason: string): void {
    this.#end(this.#lostError(reason));
    this.#closed.resolve();
  }

  #end(failure: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#timer[Symbol.dispose]();
    for (const { settle } of this.#pending.splice(0)) settle?.reject(failure);
    this.#attached.reject(failure);
    this.#ended.resolve(failure);
  }
}
