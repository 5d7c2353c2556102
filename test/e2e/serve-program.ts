import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { main, type Program } from './cli-program.ts';

const startedView = z.object({
  kind: z.literal('server.started'),
  url: z.string(),
  port: z.int(),
  pid: z.int(),
  concurrency: z.int(),
  first_admin_url: z.string().nullable(),
});

export interface ServeProgram extends AsyncDisposable {
  readonly started: z.infer<typeof startedView>;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** Start `tmux-builder serve` on a free port, and wait until it says where it is. */
export async function openServer(
  program: Program,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<ServeProgram> {
  program.hasServed = true;
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--json', ...args], {
    env: { ...program.environment, ...environment },
    cwd: program.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  const lines = createInterface({ input: child.stdout });
  const first = Promise.race([once(lines, 'line'), ended.then(() => [])]);
  const [line] = await first;
  if (line === undefined) throw new Error(`serve did not start: ${errors}`);
  return {
    started: startedView.parse(JSON.parse(String(line))),
    ended,
    kill: (signal) => child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
