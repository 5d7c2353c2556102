import { execFile } from 'node:child_process';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLog } from '../src/base/index.ts';
import { openApp, toRunView } from '../src/app/index.ts';
import { type Benchmark, type Finding, quantile, summarise, time } from './measure.ts';

const run = promisify(execFile);
const OVERHEAD_LIMIT_MS = 150;
const SETTLE_LIMIT_MS = 50;

/** What we add to an agent that answers at once, beside the way of the origin documents. */
export const jobOverhead: Benchmark = {
  name: 'job-overhead',
  about: 'one job with an agent that answers at once: what we add; and the way with fixed waits',
  async run({ dir, scale, say }) {
    await using app = await openApp({ dataDir: join(dir, 'overhead'), log: silentLog });
    const count = Math.max(5, Math.round(30 * scale));
    const overhead: number[] = [];
    const whole: number[] = [];
    const settling: number[] = [];
    await using _worker = await app.startWorker({ concurrency: 1 });
    for (let n = 0; n < count; n += 1) {
      const job = await app.addJob({ agent: 'demo', template: 'echo_test', prompt: `number ${n}` });
      const done = await app.waitForJob(job.id);
      const [attempt] = await app.listAttempts(job.id);
      const { timings_ms: timings } = toRunView(done, attempt, undefined);
      if (done.status !== 'succeeded' || attempt === undefined)
        throw new Error(`${job.id} ${done.status}`);
      const { total, start, work } = timings;
      whole.push(total ?? Number.NaN);
      overhead.push((total ?? Number.NaN) - (start ?? 0) - (work ?? 0));
      const output = join(attempt.exchangeDir, `output-${attempt.nonce}.md`);
      settling.push((done.settledAt ?? Number.NaN) - (await stat(output)).mtimeMs);
    }
    say('the way with fixed waits takes a while');
    const origin = await originWay(dir);
    return [
      summarise('enqueued to settled, less the agent’s start and work', overhead, {
        limit: OVERHEAD_LIMIT_MS,
      }),
      summarise('enqueued to settled, all', whole),
      summarise('output renamed into place to settled', settling, {
        limit: SETTLE_LIMIT_MS,
        limited: 'p99',
      }),
      summarise('the way with fixed waits, all', [origin]),
      ratio(quantile(whole, 0.5), origin),
    ];
  },
};

function ratio(own: number, origin: number): Finding {
  const note = `1/${Math.round(origin / own)} of the time`;
  return {
    name: 'ours / the way with fixed waits',
    unit: 'ratio',
    median: own / origin,
    count: 1,
    note,
  };
}

/**
 * The recipe that tmux-builder replaces, step for step, with a stand-in that answers at once: type
 * `cd`, type the program, three Enters, type the instruction, wait, then look every 2 s for a file
 * that is over 100 bytes.
 */
async function originWay(dir: string): Promise<number> {
  const work = join(dir, 'origin');
  await mkdir(work);
  const socket = join(work, 's');
  const output = join(work, 'output.txt');
  const agent = join(work, 'agent.sh');
  await writeFile(
    agent,
    `while IFS= read -r line; do case $line in *output.txt*) printf '%0200d\\n' 1 > ${output};; esac; done\n`,
  );
  const tmux = async (...args: string[]): Promise<unknown> =>
    await run('tmux', ['-S', socket, ...args]);
  const type = async (text: string, wait: number): Promise<void> => {
    await tmux('send-keys', '-t', 'job', '-l', text);
    await pause(300);
    await tmux('send-keys', '-t', 'job', 'Enter');
    await pause(wait);
  };
  try {
    return await time(async () => {
      await tmux('new-session', '-d', '-s', 'job');
      await type(`cd ${work}`, 500);
      await type(`sh ${agent}`, 3_000);
      for (let n = 0; n < 3; n += 1) {
        await tmux('send-keys', '-t', 'job', 'Enter');
        await pause(500);
      }
      await type(`Please read prompt.txt and write to ${output}`, 1_200);
      await pause(10_000);
      while (!(await isLargeEnough(output))) await pause(2_000);
    });
  } finally {
    await tmux('kill-server');
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

async function isLargeEnough(path: string): Promise<boolean> {
  return await stat(path).then(
    ({ size }) => size >= 100,
    () => false,
  );
}
