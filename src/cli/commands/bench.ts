import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CodedError } from '../../base/index.ts';
import type { Door } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';

/** Run the benchmark, which only a clone of the repository has. */
export async function bench(
  { printer, interrupts }: Door,
  args: readonly string[],
): Promise<ExitCode> {
  const program = fileURLToPath(new URL('../../../bench/main.ts', import.meta.url));
  if (!existsSync(program)) {
    throw new CodedError('cli.no-bench', 'The benchmark is not part of the installed package.', {
      todo: 'Clone the repository of tmux-builder and run script/bench there',
    });
  }
  const all = [program, ...args, ...(printer.json ? ['--json'] : [])];
  // The benchmark ends its own agents at Ctrl-C: wait for that.
  using _listening = interrupts.listen(() => {});
  const [status] = await once(spawn(process.execPath, all, { stdio: 'inherit' }), 'close');
  return status === 0 ? 0 : 1;
}
