import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openApp } from '../src/app/index.ts';
import { randomIds, silentLog, systemClock } from '../src/base/index.ts';
import { openStore } from '../src/store/index.ts';
import { type Benchmark, summarise } from './measure.ts';

const program = fileURLToPath(new URL('../bin/tmux-builder', import.meta.url));
const run = promisify(execFile);
const VERSION_LIMIT_MS = 120;
const LIST_LIMIT_MS = 300;

/** The program as a person starts it. */
export const commandLine: Benchmark = {
  name: 'command-line',
  about: '`--version`, and `job list` of 10,000 jobs',
  async run({ dir, scale }) {
    const dataDir = join(dir, 'list');
    await fill(dataDir, 9_999);
    const count = Math.max(5, Math.round(20 * scale));
    const list = ['--data-dir', dataDir, 'job', 'list', '--all'];
    const json = [...list, '--json'];
    const timeRuns = async (args: readonly string[]): Promise<number[]> => {
      const samples: number[] = [];
      for (let n = 0; n < count + 1; n += 1) {
        const start = performance.now();
        await run(program, args, { maxBuffer: 2 ** 28 });
        samples.push(performance.now() - start);
      }
      return samples.slice(1);
    };
    return [
      summarise('tmux-builder --version', await timeRuns(['--version']), {
        limit: VERSION_LIMIT_MS,
      }),
      summarise('job list of 10,000 jobs', await timeRuns(list), { limit: LIST_LIMIT_MS }),
      summarise('job list --json of 10,000 jobs', await timeRuns(json), { limit: LIST_LIMIT_MS }),
    ];
  },
};

/** Copy one queued job many times in one transaction: queueing each would take a minute. */
async function fill(dataDir: string, copies: number): Promise<void> {
  const first = await (async () => {
    await using app = await openApp({ dataDir, log: silentLog });
    return await app.addJob({ agent: 'demo', prompt: 'the first' });
  })();
  const never = new AbortController().signal;
  const clock = systemClock;
  const path = join(dataDir, 'tmux-builder.db');
  await using store = await openStore({ path, clock, ids: randomIds(clock) }, never);
  await store.write(async (sql) => {
    const [row = {}] = await sql.all('SELECT * FROM jobs WHERE id = $1', [first.id]);
    const columns = Object.keys(row);
    const places = columns.map((_column, index) => `$${index + 1}`);
    for (let n = 0; n < copies; n += 1) {
      const copy: Record<string, string | number | null> = {
        ...row,
        id: `${first.id}x${n}`,
        created_at: first.createdAt + n,
      };
      const values = columns.map((column) => copy[column] ?? null);
      await sql.run(
        `INSERT INTO jobs (${columns.join(', ')}) VALUES (${places.join(', ')})`,
        values,
      );
    }
  }, never);
}
