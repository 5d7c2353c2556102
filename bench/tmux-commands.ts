import { execFile } from 'node:child_process';
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
      // The three take turns, so that a noisy moment of the machine meets all of them.
      for (let round = 0; round < rounds; round += 1) {
        for (let n = 0; n < 5; n += 1) {
          apart.push(await time(async () => await run('tmux', ['-u', '-S', socketPath, ...QUERY])));
        }
        for (let n = 0; n < 50; n += 1) {
          one.push(await time(async () => await server.command(QUERY, never)));
        }
        const all = await time(async () => {
          await Promise.all(
            Array.from({ length: IN_FLIGHT }, async () => await server.command(QUERY, never)),
          );
        });
        piped.push(all / IN_FLIGHT);
      }
      return findings(apart, one, piped);
    } finally {
      await server.kill(never);
      await server[Symbol.asyncDispose]();
    }
  },
};

function findings(
  apart: readonly number[],
  one: readonly number[],
  piped: readonly number[],
): readonly Finding[] {
  const base = summarise('a process per command', apart);
  const single = summarise('over the connection, one at a time', one);
  const pipelined = summarise('over the connection, 100 in flight, each', piped);
  return [
    base,
    single,
    pipelined,
    share('one at a time / a process', single.median / base.median, 1 / 50),
    share('pipelined / a process', pipelined.median / base.median, 1 / 150),
  ];
}

function share(name: string, ratio: number, limit: number): Finding {
  const note = `1/${Math.round(1 / ratio)}; wanted 1/${Math.round(1 / limit)}`;
  return { name, unit: 'ratio', median: ratio, count: 1, limit, note };
}
