import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import headless from '@xterm/headless';
// oxlint-disable-next-line import/default -- CommonJS
import unicode11 from '@xterm/addon-unicode11';
import { expect, onTestFinished } from 'vitest';
import { recorderArgv } from '../../../src/agents/recorder.ts';
import { silentLog, systemClock } from '../../../src/base/index.ts';
import {
  type Delta,
  type HubOptions,
  type LeaseState,
  type Presence,
  type Snapshot,
  type TerminalEnd,
  TerminalHub,
  type TerminalPlace,
  type Thumbnail,
  type Viewer,
  type Watching,
  type WatchWish,
} from '../../../src/terminal/index.ts';
import { environment, recordingDirectory } from '../recordings/recorder.ts';
import { openServer, type PrivateServer } from '../tmux/support.ts';

export interface Agent extends AsyncDisposable {
  readonly place: TerminalPlace;
  readonly opened: PrivateServer;
}

/** A program in a pane of its own server, recorded as agents are. */
export async function startAgent(script: string, limitBytes = 64e6): Promise<Agent> {
  const home = await recordingDirectory();
  const recorder = await recorderArgv({ dir: home.dir, limitBytes, environment });
  const opened = await openServer({
    firstSession: {
      name: 'first',
      command: ['sh', '-c', script],
      columns: 80,
      rows: 24,
      stream: { recorder },
    },
  });
  const { server, pane } = opened;
  const place: TerminalPlace = {
    agentId: 'job.1',
    homeDir: home.dir,
    columns: 80,
    rows: 24,
    pane: { socketPath: server.socketPath, paneId: pane.id },
  };
  return {
    place,
    opened,
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** Wait until the recorder has heard this: tmux may show it before. */
export async function untilRecorded({ place }: Agent, text: string): Promise<void> {
  const log = join(place.homeDir, 'stream.log');
  await expect.poll(async () => await readFile(log, 'utf8').catch(() => '')).toContain(text);
}

export function openHub(options: Partial<HubOptions> = {}): TerminalHub {
  const hub = new TerminalHub({ clock: systemClock, log: silentLog, ...options });
  onTestFinished(async () => await hub[Symbol.asyncDispose]());
  return hub;
}

/** A viewer with a terminal of its own, as a browser has it. It acknowledges what it parsed. */
export class TestViewer implements Viewer {
  readonly userId: string;
  readonly name: string;
  bufferedBytes = 0;
  acksAtOnce = true;
  readonly snapshots: Snapshot[] = [];
  readonly deltas: Delta[] = [];
  readonly thumbnails: Thumbnail[] = [];
  readonly acked: number[] = [];
  lease: LeaseState | undefined;
  presence: Presence | undefined;
  end: TerminalEnd | undefined;
  receivedBytes = 0;
  /** Offset up to which it was sent. */
  offset = 0;
  keepsDeltas = true;
  onChange: () => void = () => {};
  watching: Watching | undefined;
  readonly #terminal = new headless.Terminal({
    cols: 80,
    rows: 24,
    scrollback: 300,
    allowProposedApi: true,
    logLevel: 'off',
  });

  constructor(name = 'ada') {
    this.userId = `user-${name}`;
    this.name = name;
    this.#terminal.loadAddon(new unicode11.Unicode11Addon());
    this.#terminal.unicode.activeVersion = '11';
  }

  async watch(
    hub: TerminalHub,
    place: TerminalPlace,
    wish: WatchWish = { mode: 'stream' },
  ): Promise<Watching> {
    this.watching = await hub.watch(place, this, wish, AbortSignal.timeout(20_000));
    if (this.acksAtOnce) this.watching.ack(this.offset);
    return this.watching;
  }

  get epoch(): number {
    return this.snapshots.at(-1)?.epoch ?? 0;
  }

  /** The rows that this viewer sees. */
  async rows(): Promise<readonly string[]> {
    await this.parsed();
    const { baseY } = this.#terminal.buffer.active;
    return Array.from(
      { length: this.#terminal.rows },
      (_, row) =>
        this.#terminal.buffer.active
          .getLine(baseY + row)
          ?.translateToString(true)
          .trimEnd() ?? '',
    );
  }

  async text(): Promise<string> {
    return (await this.rows()).join('\n').trimEnd();
  }

  get cursor(): string {
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    return `${Math.min(cursorX, this.#terminal.cols - 1)},${cursorY}`;
  }

  get size(): string {
    return `${this.#terminal.cols}x${this.#terminal.rows}`;
  }

  async parsed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#terminal.write('', resolve);
    await promise;
  }

  onSnapshot(snapshot: Snapshot): void {
    this.snapshots.push(snapshot);
    const { columns, rows, bytes, offset } = snapshot;
    if (this.size === `${columns}x${rows}`) this.#take(bytes, offset);
    else {
      // What was written before is parsed in the size it was for.
      this.#terminal.write('', () => this.#terminal.resize(columns, rows));
      this.#take(bytes, offset);
    }
  }

  onDelta(delta: Delta): void {
    if (this.keepsDeltas) this.deltas.push(delta);
    if (delta.offset !== this.offset) throw new Error(`gap at ${this.offset}: ${delta.offset}`);
    this.#take(delta.bytes, delta.offset + delta.bytes.length);
  }

  #take(bytes: Uint8Array, offset: number): void {
    this.receivedBytes += bytes.length;
    this.offset = offset;
    if (this.acksAtOnce) this.#terminal.write(bytes, () => this.watching?.ack(offset));
    else this.#terminal.write(bytes);
    this.onChange();
  }

  onThumbnail(thumbnail: Thumbnail): void {
    this.thumbnails.push(thumbnail);
  }

  onLease(lease: LeaseState): void {
    this.lease = lease;
  }

  onPresence(presence: Presence): void {
    this.presence = presence;
  }

  onInputAck(seq: number): void {
    this.acked.push(seq);
  }

  onEnd(end: TerminalEnd): void {
    this.end = end;
  }
}
