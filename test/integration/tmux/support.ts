import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findByEnvironment, findProcess, systemClock } from '../../../src/base/index.ts';
import {
  killUnresponsiveServer,
  type StartOptions,
  startTmuxServer,
  type TmuxPane,
  type TmuxServer,
  type TmuxSession,
} from '../../../src/tmux/index.ts';

export interface PrivateServer extends AsyncDisposable {
  readonly server: TmuxServer;
  readonly session: TmuxSession;
  readonly pane: TmuxPane;
  /** A directory of mode 0700 that goes with the server; the socket is in it. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** A directory of mode 0700, removed afterwards. */
export async function privateDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tb-tmux-'));
  return {
    path,
    [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }),
  };
}

/** The limit of one test: every wait in it ends by then, with an error that says so. */
export function testSignal(): AbortSignal {
  return AbortSignal.timeout(20_000);
}

/**
 * A private server that is gone, with every process it had, when the test leaves the block.
 * Leaving fails when a process of its panes is left.
 */
export async function openServer(
  options: Partial<StartOptions> & { readonly command?: readonly string[] } = {},
): Promise<PrivateServer> {
  const signal = testSignal();
  const directory = await privateDirectory();
  const { command = ['cat'], ...rest } = options;
  const server = await startTmuxServer(
    {
      socketPath: join(directory.path, 's'),
      clock: systemClock,
      firstSession: { name: 'first', command, columns: 80, rows: 24 },
      ...rest,
    },
    signal,
  );
  const { firstPane, firstSession } = server;
  if (firstPane === undefined || firstSession === undefined) throw new Error('nothing was started');
  const close = async (): Promise<void> => {
    await endServer(server);
    await directory[Symbol.asyncDispose]();
  };
  const [pane, session] = [firstPane, firstSession];
  return { server, session, pane, directory: directory.path, signal, [Symbol.asyncDispose]: close };
}

async function endServer(server: TmuxServer): Promise<void> {
  const { generation, socketPath } = server;
  try {
    await server.kill(AbortSignal.timeout(15_000), { graceMs: 200 });
  } catch (error) {
    await killUnresponsiveServer({ generation, socketPath, clock: systemClock }, testSignal());
    throw error;
  }
  if ((await findProcess(generation.pid)) !== undefined) throw new Error('the server still runs');
  const prefix = `${socketPath},${generation.pid}`;
  const left = [0, 1, 2, 3].flatMap((number) => findByEnvironment('TMUX', `${prefix},${number}`));
  if (left.length > 0) throw new Error(`left behind: ${JSON.stringify(left)}`);
}

/** Wait for a condition that no event tells of. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  while (!(await condition())) await systemClock.after(5, signal);
}
