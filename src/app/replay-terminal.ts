import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { AppContext } from './context.ts';
import { socketPathOf } from './socket-path.ts';

export interface ReplayTerminalOptions {
  /** What plays in it. */
  readonly command: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Shown at the right of the line below it. */
  readonly help: string;
}

/** A terminal of a recording's own size, in a private tmux; disposing ends it. */
export interface ReplayTerminal extends AsyncDisposable {
  /** Program and arguments that show it to a person. */
  readonly attach: readonly string[];
  /** Resolves when what plays in it has ended: with what is on its screen, unless all went well. */
  untilEnd(signal: AbortSignal): Promise<readonly string[]>;
  /** Take it from the person's terminal, which then is as it was before. */
  hide(signal: AbortSignal): Promise<void>;
}

const GRACE_MS = 500;

/**
 * Open a terminal to replay a recording in: recordings are of tmux's terminal, so that it draws
 * them as they were, on whatever a person has, cut off where that is smaller. tmux also gives the
 * person's own terminal back as it was.
 */
export async function openReplayTerminal(
  { runtimeDir, ids, clock }: AppContext,
  { command, columns, rows, environment, help }: ReplayTerminalOptions,
  signal: AbortSignal,
): Promise<ReplayTerminal> {
  const { startTmuxServer, escapeFormat } = await import('../tmux/index.ts');
  await using stack = new AsyncDisposableStack();
  const socketPath = socketPathOf(runtimeDir, ids.nonce());
  await mkdir(dirname(socketPath), { mode: 0o700 });
  stack.defer(async () => await rm(dirname(socketPath), { recursive: true, force: true }));
  // What was recorded went through a terminal once already: its LF is no CR LF.
  const prepare = `stty -opost && printf '\\033]2;loading\\007' && exec "$@"`;
  const untouched = ['/bin/sh', '-c', prepare, 'replay', ...command];
  const firstSession = { name: 'replay', command: untouched, columns, rows };
  const options = { socketPath, clock, environment, firstSession, historyRows: 0 };
  const server = stack.use(await startTmuxServer(options, signal));
  stack.defer(async () => {
    await server.kill(new AbortController().signal, { graceMs: GRACE_MS });
  });
  const settings = {
    status: 'on',
    prefix: 'None',
    'status-style': 'reverse',
    'status-left': ' #{pane_title} ',
    'status-left-length': '500',
    'status-right': ` ${escapeFormat(help)} `,
    'status-right-length': '200',
    'window-status-current-format': '',
    // Gone when nobody looks: the person's terminal was closed, or we were killed.
    'destroy-unattached': 'on',
  };
  const pane = server.firstPane ?? server.pane('%0');
  for (const [name, value] of Object.entries(settings)) {
    const scope = name.startsWith('window-') ? 'global-window' : 'global-session';
    await server.setOption({ scope, name, value }, signal);
  }
  const closing = stack.move();
  return {
    attach: ['tmux', '-u', '-S', socketPath, 'attach-session', '-f', 'ignore-size'],
    untilEnd: async (limit) => {
      const exit = await pane.untilExit(limit);
      const isFine = exit.kind === 'status' && exit.status === 0;
      return isFine ? [] : await pane.capture(limit);
    },
    hide: async (limit) => {
      const format = '#{client_control_mode} #{client_name}';
      const clients = await server.command(['list-clients', '-F', format], limit);
      for (const client of clients.filter((line) => line.startsWith('0 '))) {
        // -E: without a word of tmux's own on that terminal.
        const args = ['-S', socketPath, 'detach-client', '-t', client.slice(2), '-E', 'true'];
        await promisify(execFile)('tmux', args, { env: { ...environment }, signal: limit });
      }
    },
    [Symbol.asyncDispose]: async () => await closing.disposeAsync(),
  };
}
