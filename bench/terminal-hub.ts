import { join } from 'node:path';
import { abortable, silentLog, systemClock } from '../src/base/index.ts';
import { RecordedStream } from '../src/recordings/index.ts';
import {
  type Delta,
  type Snapshot,
  TerminalHub,
  type TerminalPlace,
  type Viewer,
  type Watching,
} from '../src/terminal/index.ts';
import type { PaneWatch } from '../src/tmux/index.ts';
import { type BenchAgent, startBenchAgent } from './bench-agent.ts';
import { type Benchmark, type BenchOptions, type Finding, summarise, time } from './measure.ts';
import { cpuMsOf, settledRss } from './process-usage.ts';

const never = new AbortController().signal;
const LIMIT_MS = 120_000;

/** What viewers of terminals wait for, and what they cost. */
export const terminalHub: Benchmark = {
  name: 'terminal-hub',
  about: 'terminals through the hub: echo, a burst, viewers that do not read, 100 that print',
  run: async (options) => [
    ...(await echoes(options)),
    ...(await burst(options)),
    ...(await blocked(options)),
    ...(await printing(options)),
  ],
};

async function echoes({ dir, scale, say }: BenchOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const presses = Math.round(400 * scale);
  for (const count of [1, 50, 200]) {
    await using agent = await startBenchAgent(
      join(dir, `echo${count}`),
      'stty raw -echo; exec cat',
    );
    await using hub = openHub();
    using direct = await DirectEcho.open(agent);
    const viewers = Array.from({ length: count }, () => new BenchViewer());
    for (const viewer of viewers) await viewer.watch(hub, agent.place);
    const [typist] = viewers;
    await typist?.watching?.acquire({ take: false }, never);
    const samples: number[] = [];
    const directly: number[] = [];
    for (let press = 1; press <= presses; press += 1) {
      const end = (typist?.offset ?? 0) + 1;
      const told = direct.next();
      const shown = time(async () => {
        await Promise.all(viewers.map(async (viewer) => await viewer.until(end)));
      });
      void typist?.watching?.input(press, Buffer.from('x'), never);
      samples.push(await shown);
      directly.push(await told);
      // As a fast typist does, at most.
      await systemClock.after(10, never);
    }
    say(`echo with ${count} viewers measured`);
    const limit = count === 1 ? { limit: 1 } : {};
    findings.push(summarise(`a key until ${count} viewers have its echo`, samples, limit));
    if (count === 1) findings.push(summarise(`the same key until %output tells of it`, directly));
  }
  return findings;
}

/** What tmux itself tells a control client, for comparison: nothing can be faster. */
class DirectEcho implements Disposable {
  readonly #watch: PaneWatch;
  readonly #output: AsyncIterator<unknown>;

  private constructor(watch: PaneWatch) {
    this.#watch = watch;
    this.#output = watch[Symbol.asyncIterator]();
  }

  static async open({ server }: BenchAgent): Promise<DirectEcho> {
    if (server.firstPane === undefined) throw new Error('no pane');
    return new DirectEcho(await server.firstPane.watch(never));
  }

  /** Milliseconds from the call until something was printed. */
  async next(): Promise<number> {
    return await time(async () => await this.#output.next());
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }
}

async function burst({ dir, scale, say }: BenchOptions): Promise<readonly Finding[]> {
  const bytes = Math.round(100 * scale) * 1_048_576;
  const line = 'a line of text that a compiler could print, with some colour';
  const script = `read x; yes '${line}' | head -c ${bytes}; exec cat`;
  // Each LF comes as CR LF.
  const end = bytes + Math.floor(bytes / (line.length + 1));
  const alone = await unwatched(join(dir, 'alone'), script, end);
  await using agent = await startBenchAgent(join(dir, 'burst'), script);
  await using hub = openHub();
  const viewer = new BenchViewer();
  await viewer.watch(hub, agent.place);
  const before = await settledRss();
  let most = before;
  using _sampling = systemClock.every(
    20,
    () => (most = Math.max(most, process.memoryUsage.rss() / 1e6)),
  );
  await agent.server.firstPane?.pressKeys(['Enter'], never);
  const took = await time(async () => await viewer.until(end));
  say(`${bytes / 1e6} MB in ${took.toFixed(0)} ms, ${viewer.snapshots} snapshots`);
  // The CRs are the terminal's; the program printed less.
  const perMegabyte = took / (bytes / 1e6);
  const note = `${(1_000 / perMegabyte).toFixed(1)} MB/s, ${(viewer.bytes / 1e6).toFixed(0)} MB sent`;
  return [
    summarise('a burst into the recording alone, per MB', [alone / (bytes / 1e6)]),
    summarise('a burst until a viewer has it, per MB', [perMegabyte], { limit: 1_000 / 18, note }),
    summarise('our memory for it at most', [most - before], { unit: 'MB' }),
  ];
}

/** How long tmux and the recorder take by themselves. */
async function unwatched(dir: string, script: string, end: number): Promise<number> {
  await using agent = await startBenchAgent(dir, script);
  await systemClock.after(200, never);
  await agent.server.firstPane?.pressKeys(['Enter'], never);
  return await time(async () => {
    for (;;) {
      await using stream = await RecordedStream.open(dir);
      if ((stream?.end ?? 0) >= end) return;
      await systemClock.after(5, never);
    }
  });
}

async function blocked({ dir, scale, say }: BenchOptions): Promise<readonly Finding[]> {
  const seconds = Math.max(3, Math.round(60 * scale));
  const script = `read x; while :; do seq 1 2000; sleep 0.01; done`;
  await using agent = await startBenchAgent(join(dir, 'blocked'), script);
  await using hub = openHub();
  const reading = new BenchViewer();
  const stuck = new BenchViewer(false);
  await reading.watch(hub, agent.place);
  await agent.server.firstPane?.pressKeys(['Enter'], never);
  await reading.until(2_000_000);
  const before = await settledRss();
  await stuck.watch(hub, agent.place);
  const start = reading.offset;
  let most = 0;
  for (let second = 0; second < seconds; second += 1) {
    await systemClock.after(1_000, never);
    most = Math.max(most, (await settledRss()) - before);
  }
  const note = `${seconds} s, ${((reading.offset - start) / 1e6).toFixed(0)} MB passed it, ${(stuck.bytes / 1e3).toFixed(0)} KB sent to it`;
  say(note);
  return [
    summarise('memory for a viewer that is blocked', [most], { unit: 'MB', limit: 25, note }),
  ];
}

async function printing({ dir, scale, say }: BenchOptions): Promise<readonly Finding[]> {
  const count = Math.max(10, Math.round(100 * scale));
  // 10 KB/s, as a screen that is drawn ten times a second.
  const program =
    '$|=1; while (1) { print "\\e[H", "x" x 990, "\\n"; select undef, undef, undef, 0.1 }';
  await using opened = new AsyncDisposableStack();
  const hub = opened.use(openHub());
  const viewers: BenchViewer[] = [];
  for (let number = 0; number < count; number += 1) {
    const agent = opened.use(
      await startBenchAgent(join(dir, `printing${number}`), `exec perl -e '${program}'`),
    );
    const viewer = new BenchViewer();
    await viewer.watch(hub, agent.place);
    viewers.push(viewer);
  }
  await systemClock.after(2_000, never);
  const bytes = hub.stats().bytes;
  const seconds = 10;
  const start = await cpuMsOf(process.pid);
  await systemClock.after(seconds * 1_000, never);
  const share = ((await cpuMsOf(process.pid)) - start) / (seconds * 1_000);
  const rate = (hub.stats().bytes - bytes) / seconds / count;
  const note = `${(rate / 1e3).toFixed(1)} KB/s each`;
  say(`${count} panes print ${note}`);
  return [
    {
      name: `share of a core for ${count} panes that print`,
      unit: 'ratio',
      median: share,
      count: 1,
      limit: 0.25,
      note,
    },
  ];
}

function openHub(): TerminalHub {
  return new TerminalHub({ clock: systemClock, log: silentLog, viewersPerTerminal: 250 });
}

/** Takes what it is sent and draws nothing. */
class BenchViewer implements Viewer {
  readonly userId = 'bench';
  readonly name = 'bench';
  readonly bufferedBytes = 0;
  readonly #acks: boolean;
  offset = 0;
  bytes = 0;
  snapshots = 0;
  watching: Watching | undefined;
  #waiting: { readonly end: number; readonly resolve: () => void } | undefined;

  constructor(acks = true) {
    this.#acks = acks;
  }

  async watch(hub: TerminalHub, place: TerminalPlace): Promise<void> {
    this.watching = await hub.watch(place, this, { mode: 'stream' }, never);
    if (this.#acks) this.watching.ack(this.offset);
  }

  async until(end: number): Promise<void> {
    if (this.offset >= end) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting = { end, resolve };
    using limit = systemClock.deadline(LIMIT_MS, new Error(`not at ${end} but ${this.offset}`));
    await abortable(promise, limit.signal);
  }

  onSnapshot({ offset, bytes }: Snapshot): void {
    this.snapshots += 1;
    this.#take(offset, bytes.length);
  }

  onDelta({ offset, bytes }: Delta): void {
    this.#take(offset + bytes.length, bytes.length);
  }

  #take(offset: number, bytes: number): void {
    this.offset = offset;
    this.bytes += bytes;
    // A browser's terminal parses it a moment later.
    if (this.#acks) setImmediate(() => this.watching?.ack(offset));
    if (this.#waiting === undefined || offset < this.#waiting.end) return;
    this.#waiting.resolve();
    this.#waiting = undefined;
  }

  onThumbnail(): void {}
  onLease(): void {}
  onPresence(): void {}
  onInputAck(): void {}
  onEnd(): void {}
}
