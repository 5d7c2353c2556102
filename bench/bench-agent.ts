import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { recorderArgv } from '../src/agents/recorder.ts';
import { systemClock } from '../src/base/index.ts';
import type { TerminalPlace } from '../src/terminal/index.ts';
import { plainEnvironment, startTmuxServer, type TmuxServer } from '../src/tmux/index.ts';

const never = new AbortController().signal;

export interface BenchAgent extends AsyncDisposable {
  readonly place: TerminalPlace;
  readonly server: TmuxServer;
}

/** A script in a recorded pane of a tmux server of its own, as agents are. */
export async function startBenchAgent(dir: string, script: string): Promise<BenchAgent> {
  await mkdir(dir, { mode: 0o700 });
  const environment = plainEnvironment;
  const recorder = await recorderArgv({ dir, limitBytes: 64e6, environment });
  const socketPath = join(dir, 's');
  const command = ['sh', '-c', script];
  const firstSession = { name: 'bench', directory: dir, command, stream: { recorder } };
  const server = await startTmuxServer(
    { socketPath, clock: systemClock, environment, firstSession },
    never,
  );
  const paneId = server.firstPane?.id ?? '%0';
  return {
    server,
    place: { agentId: dir, homeDir: dir, columns: 200, rows: 50, pane: { socketPath, paneId } },
    [Symbol.asyncDispose]: async () => {
      await server.kill(never, { graceMs: 0 });
      await server[Symbol.asyncDispose]();
    },
  };
}
