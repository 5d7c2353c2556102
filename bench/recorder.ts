import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recorderArgv } from '../src/agents/recorder.ts';
import { findProcessTree, systemClock } from '../src/base/index.ts';
import {
  type PaneStream,
  plainEnvironment,
  startTmuxServer,
  type TmuxServer,
} from '../src/tmux/index.ts';
import { type Benchmark, type Finding, summarise, time } from './measure.ts';

const never = new AbortController().signal;
const LINES = 200_000;

/** What the recorder of a pane costs beside cat, which knows no times and no limit. */
export const recorder: Benchmark = {
  name: 'recorder',
  about: 'the recorder of a pane beside cat: start, a flood, memory',
  async run({ dir, scale, say }) {
    const rounds = Math.max(3, Math.round(10 * scale));
    const samples = new Map(kinds.map((kind) => [kind, { start: [], flood: [], memory: [] }]));
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1} of ${rounds}`);
      // They take turns, so that a noisy moment of the machine meets both.
      for (const kind of kinds)
        await measure(kind, join(dir, `${kind}${round}`), samples.get(kind));
    }
    return kinds.flatMap((kind) => findings(kind, samples.get(kind) ?? nothing()));
  },
};

type Kind = 'cat' | 'ours';
const kinds: readonly Kind[] = ['cat', 'ours'];

interface Samples {
  readonly start: number[];
  readonly flood: number[];
  readonly memory: number[];
}

function nothing(): Samples {
  return { start: [], flood: [], memory: [] };
}

async function streamOf(kind: Kind, dir: string): Promise<PaneStream> {
  if (kind === 'cat') return { path: join(dir, 'stream.log') };
  return { recorder: await recorderArgv({ dir, limitBytes: 64e6, environment: plainEnvironment }) };
}

async function measure(kind: Kind, dir: string, into = nothing()): Promise<void> {
  await mkdir(dir, { mode: 0o700 });
  const stream = await streamOf(kind, dir);
  const script = `echo up; read x; seq 1 ${LINES}; echo over; exec cat`;
  const firstSession = { name: 'bench', directory: dir, command: ['sh', '-c', script], stream };
  const environment = plainEnvironment;
  let server: TmuxServer | undefined;
  try {
    into.start.push(
      await time(async () => {
        const socketPath = join(dir, 's');
        const options = { socketPath, clock: systemClock, environment, firstSession };
        server = await startTmuxServer(options, never);
        await untilLogged(dir, 'up\r\n');
      }),
    );
    into.memory.push(await memoryOf(server));
    await server?.firstPane?.pressKeys(['Enter'], never);
    into.flood.push(await time(async () => await untilLogged(dir, 'over\r\n')));
  } finally {
    await server?.kill(never);
    await server?.[Symbol.asyncDispose]();
  }
}

async function untilLogged(dir: string, end: string): Promise<void> {
  for (;;) {
    const log = await readFile(join(dir, 'stream.log'), 'latin1').catch(() => '');
    if (log.endsWith(end)) return;
    await systemClock.after(1, never);
  }
}

/** MB that belong to the recorder alone. */
async function memoryOf(server: TmuxServer | undefined): Promise<number> {
  const tree = server === undefined ? [] : await findProcessTree(server.generation);
  for (const { pid } of tree) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!/^cat\0$|record-stream/.test(line)) continue;
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Private_Dirty:\s+(\d+)/m.exec(rollup)?.[1] ?? Number.NaN) / 1024;
  }
  return Number.NaN;
}

function findings(kind: Kind, { start, flood, memory }: Samples): readonly Finding[] {
  const who = kind === 'cat' ? 'cat' : 'our recorder';
  return [
    summarise(`${who}: a tmux server until its first line is on disk`, start),
    summarise(`${who}: ${LINES} lines until all are on disk`, flood),
    summarise(`${who}: memory of its own`, memory, { unit: 'MB' }),
  ];
}
