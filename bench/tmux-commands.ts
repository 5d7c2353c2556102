import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../src/base/index.ts';
import { plainEnvironment, startTmuxServer } from '../src/tmux/index.ts';
import { type Benchmark, type Finding, summarise, time } from './measure.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const QUERY = ['display-message', '-p', '#{session_name}'] as const;
const IN_FLIGHT = 100;

/** One tmux command: a process each, over the connection, and a hundred in flight. */
export const tmuxCommands: Benchmark = {
  name: 'tmux-commands',
  about: 'one tmux command as a process, over the connection, and 100 pipelined',
  async run({ dir, scale }) {
    const socketPath = join(dir, 'bench.sock');
    const server = await startTmuxServer(
      {
        socketPath,
        clock: systemClock,
        environment: plainEnvironment,
        firstSession: { name: 'bench', directory: dir, command: ['cat'] },
      },
      never,
    );
    try {
      const rounds = Math.max(3, Math.round(20 * scale));
      const apart: number[] = [];
      const one: number[] = [];
      const piped: number[] = [];
      const bare: number[] = [];
      await using client = await openBareClient(socketPath);
      // They take turns, so that a noisy moment of the machine meets all of them.
      for (let round = 0; round < rounds; round += 1) {
        for (let n = 0; n < 5; n += 1) {
          apart.push(await time(async () => await run('tmux', ['-u', '-S', socketPath, ...QUERY])));
        }
        for (let n = 0; n < 50; n += 1) {
          one.push(await time(async () => await server.command(QUERY, never)));
          bare.push(await time(client.ask));
        }
        const all = await time(async () => {
          await Promise.all(
            Array.from({ length: IN_FLIGHT }, async () => await server.command(QUERY, never)),
          );
        });
        piped.push(all / IN_FLIGHT);
      }
      return findings({ apart, bare, one, piped });
    } finally {
      await server.kill(never);
      await server[Symbol.asyncDispose]();
    }
  },
};

interface Samples {
  readonly apart: readonly number[];
  readonly bare: readonly number[];
  readonly one: readonly number[];
  readonly piped: readonly number[];
}

function findings({ apart, bare, one, piped }: Samples): readonly Finding[] {
  const base = summarise('a process per command', apart);
  const floor = summarise('a bare control client, one at a time', bare);
  const single = summarise('over the connection, one at a time', one);
  const pipelined = summarise('over the connection, 100 in flight, each', piped);
  return [
    base,
    floor,
    single,
    pipelined,
    share('one at a time / a process', single.median / base.median, 1 / 50),
    share('the same for the bare client: what this machine allows', floor.median / base.median),
    share('pipelined / a process', pipelined.median / base.median, 1 / 150),
  ];
}

/** What a control connection costs at the least here: write a line, wait for the end of its block. */
async function openBareClient(
  socketPath: string,
): Promise<AsyncDisposable & { readonly ask: () => Promise<void> }> {
  const args = ['-u', '-C', '-S', socketPath, 'attach-session', '-f', 'no-output,ignore-size'];
  const child = spawn('tmux', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let answered = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk: Buffer) => {
    if (chunk.includes('%end')) answered.resolve();
  });
  await answered.promise;
  return {
    ask: async () => {
      answered = Promise.withResolvers();
      child.stdin.write(`${QUERY.map((word) => `'${word}'`).join(' ')}\n`);
      await answered.promise;
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

function share(name: string, ratio: number, limit?: number): Finding {
  const wanted = limit === undefined ? '' : `; wanted 1/${Math.round(1 / limit)}`;
  const note = `1/${Math.round(1 / ratio)}${wanted}`;
  return {
    name,
    unit: 'ratio',
    median: ratio,
    count: 1,
    note,
    ...(limit === undefined ? {} : { limit }),
  };
}
