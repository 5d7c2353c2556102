import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../src/base/index.ts';
import { startBenchAgent } from './bench-agent.ts';
import { ChildServer } from './child-server.ts';
import { eventClients } from './event-clients.ts';
import { type Benchmark, type BenchOptions, type Finding, summarise, time } from './measure.ts';
import { SocketViewer } from './socket-viewer.ts';
import { Ttyd } from './ttyd.ts';

const never = new AbortController().signal;
const doors = fileURLToPath(new URL('live-doors-server.ts', import.meta.url));

/** What browsers wait for at the live doors, and what they cost the server. */
export const liveDoors: Benchmark = {
  name: 'live-doors',
  about: 'events by SSE and terminals by WebSocket: many clients, echo, a burst, a blocked viewer',
  run: async (options) => [
    ...(await eventClients(options)),
    ...(await echoes(options)),
    ...(await burst(options)),
    ...(await blocked(options)),
  ],
};

/** A terminal that prints all the time and shows nothing new for so long has stalled. */
const STALL_MS = 1_000;
const echo = 'stty raw -echo; exec cat';

async function echoes(options: BenchOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const count of [1, 50, 200]) {
    const theirs = await ttydEcho(options, count);
    // One viewer waits no longer than people notice; many wait no longer than with ttyd, where it is.
    const limit = count === 1 ? 1 : theirs[0]?.median;
    findings.push(...(await ourEcho(options, { count, limit })), ...theirs);
  }
  return findings;
}

async function ourEcho(
  { dir, scale, say }: BenchOptions,
  { count, limit }: { readonly count: number; readonly limit: number | undefined },
): Promise<readonly Finding[]> {
  await using agent = await startBenchAgent(join(dir, `echo${count}`), echo);
  await using server = await ChildServer.start([doors, JSON.stringify(agent.place)]);
  using opened = new DisposableStack();
  const viewers: SocketViewer[] = [];
  for (let n = 0; n < count; n += 1) {
    viewers.push(opened.use(await SocketViewer.open(server.port)));
  }
  const [typist] = viewers;
  if (typist === undefined) return [];
  await typist.acquire();
  const own: number[] = [];
  const everybody: number[] = [];
  for (let press = 0; press < Math.round(400 * scale); press += 1) {
    const end = typist.offset + 1;
    const shown = time(async () => await typist.until(() => typist.offset >= end));
    const toAll = time(async () => {
      await Promise.all(viewers.map(async (one) => await one.until(() => one.offset >= end)));
    });
    typist.type('x');
    own.push(await shown);
    everybody.push(await toAll);
    // As a fast typist does, at most.
    await systemClock.after(10, never);
  }
  const memory = await server.memory();
  say(`echo with ${count} viewers measured, ${memory.toFixed(0)} MB`);
  return [
    summarise(
      `a key until its writer sees it, ${count} viewers`,
      own,
      limit === undefined ? {} : { limit },
    ),
    summarise(`a key until all ${count} viewers see it`, everybody),
    summarise(`the server with ${count} viewers`, [memory], {
      unit: 'MB',
      ...(count === 200 && { limit: 80 }),
    }),
  ];
}

/** The time until the writer sees its key, then the memory; nothing where ttyd is not installed. */
async function ttydEcho(
  { dir, scale, say }: BenchOptions,
  count: number,
): Promise<readonly Finding[]> {
  await using agent = await startBenchAgent(join(dir, `ttyd${count}`), echo);
  await using ttyd = await Ttyd.start(agent.place.pane?.socketPath ?? '');
  if (ttyd === undefined) {
    say('ttyd is not installed: nothing to compare with');
    return [];
  }
  using opened = new DisposableStack();
  const [typist] = await Promise.all(
    Array.from({ length: count }, async () => opened.use(await ttyd.connect())),
  );
  const samples: number[] = [];
  for (let press = 0; press < Math.round(400 * scale); press += 1) {
    const shown = time(async () => await typist?.nextOutput());
    typist?.type('x');
    samples.push(await shown);
    await systemClock.after(10, never);
  }
  return [
    summarise(`ttyd: a key until its writer sees it, ${count} viewers`, samples),
    summarise(`ttyd with ${count} viewers`, [await ttyd.memory()], { unit: 'MB' }),
  ];
}

async function burst({ dir, scale, say }: BenchOptions): Promise<readonly Finding[]> {
  const bytes = Math.round(100 * scale) * 1_048_576;
  const line = 'a line of text that a compiler could print, with some colour';
  const script = `read x; yes '${line}' | head -c ${bytes}; exec cat`;
  // Each LF comes as CR LF.
  const end = bytes + Math.floor(bytes / (line.length + 1));
  await using agent = await startBenchAgent(join(dir, 'burst'), script);
  await using server = await ChildServer.start([doors, JSON.stringify(agent.place)]);
  using viewer = await SocketViewer.open(server.port);
  const before = await server.memory();
  let most = before;
  const over = new AbortController();
  const sampling = (async () => {
    while (!over.signal.aborted) {
      most = Math.max(most, await server.memory());
      await systemClock.after(100, never);
    }
  })();
  await agent.server.firstPane?.pressKeys(['Enter'], never);
  const took = await time(async () => await viewer.until(() => viewer.offset >= end));
  over.abort();
  await sampling;
  // The CRs are the terminal's; the program printed less.
  const perMegabyte = took / (bytes / 1e6);
  const note = `${(1_000 / perMegabyte).toFixed(1)} MB/s, ${(viewer.bytes / 1e6).toFixed(0)} MB sent, ${viewer.snapshots} snapshots`;
  say(note);
  return [
    summarise('a burst until a viewer has it, per MB', [perMegabyte], { limit: 1_000 / 18, note }),
    summarise('memory of the server for it at most', [most - before], { unit: 'MB' }),
  ];
}

async function blocked({ dir, scale, say }: BenchOptions): Promise<readonly Finding[]> {
  const seconds = Math.max(3, Math.round(60 * scale));
  const script = 'read x; while :; do seq 1 2000; sleep 0.01; done';
  await using agent = await startBenchAgent(join(dir, 'blocked'), script);
  await using server = await ChildServer.start([doors, JSON.stringify(agent.place)]);
  using reading = await SocketViewer.open(server.port);
  await agent.server.firstPane?.pressKeys(['Enter'], never);
  await reading.until(() => reading.offset > 2_000_000);
  const before = await server.memory();
  using stuck = await SocketViewer.open(server.port);
  stuck.block();
  let most = 0;
  let longestPause = 0;
  for (let second = 0; second < seconds; second += 1) {
    const end = performance.now() + 1_000;
    while (performance.now() < end) {
      const { offset } = reading;
      const pause = await time(async () => await reading.until(() => reading.offset > offset));
      longestPause = Math.max(longestPause, pause);
    }
    most = Math.max(most, (await server.memory()) - before);
  }
  const note = `${seconds} s`;
  say(`a viewer was blocked for ${note}`);
  return [
    summarise('memory for a viewer that is blocked', [most], { unit: 'MB', limit: 25, note }),
    summarise('the longest pause of another viewer meanwhile', [longestPause], {
      limit: STALL_MS,
    }),
  ];
}
