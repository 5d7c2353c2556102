import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recorderArgv } from '../../../src/agents/recorder.ts';
import { RecordedStream, type StreamEvent } from '../../../src/recordings/index.ts';

export const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };

/** A directory for the files of one recording, removed afterwards. */
export async function recordingDirectory(): Promise<AsyncDisposable & { readonly dir: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'tb-rec-'));
  return { dir, [Symbol.asyncDispose]: async () => await rm(dir, { recursive: true }) };
}

/** A recorder whose stdin is ours instead of a pane's. */
export class Recorder {
  readonly #child;
  readonly #closed: Promise<unknown>;

  private constructor(argv: readonly string[]) {
    const [program = '', ...args] = argv;
    this.#child = spawn(program, args, { stdio: ['pipe', 'ignore', 'inherit'], env: environment });
    this.#closed = once(this.#child, 'close');
  }

  static async start(dir: string, limitBytes = 1_000_000, env = environment): Promise<Recorder> {
    return new Recorder(await recorderArgv({ dir, limitBytes, environment: env }));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async print(bytes: string | Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#child.stdin.write(bytes, resolve);
    await promise;
  }

  /** End its input and wait for its own end. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#closed;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}

/** Everything that is recorded in a directory. */
export async function readAll(dir: string): Promise<Reading> {
  await using stream = await RecordedStream.open(dir);
  if (stream === undefined) throw new Error(`no recording among ${String(await readdir(dir))}`);
  const events: StreamEvent[] = [];
  for await (const event of stream.events()) events.push(event);
  const pieces: Buffer[] = [];
  for await (const { bytes } of stream.pieces()) pieces.push(bytes);
  const { startedAt, isTimed, droppedBytes, end } = stream;
  return { events, text: String(Buffer.concat(pieces)), startedAt, isTimed, droppedBytes, end };
}

export interface Reading {
  readonly events: readonly StreamEvent[];
  readonly text: string;
  readonly startedAt: number;
  readonly isTimed: boolean;
  readonly droppedBytes: number;
  readonly end: number;
}

/** The output among events, as text. */
export function outputOf(events: readonly StreamEvent[]): string {
  return events.map((event) => (event.kind === 'output' ? String(event.bytes) : '')).join('');
}
