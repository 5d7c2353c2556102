import { type CodedError, hasCode } from '../base/index.ts';
import { type LookOnceOptions, lookOnce, type PaneLook } from '../tmux/index.ts';
import type { Adapter } from './adapter.ts';
import type { AgentRequest } from './agent.ts';
import type { Sighting } from './evidence.ts';
import { ExchangeReader } from './exchange-reader.ts';
import { toAgentExit } from './pane-exit.ts';
import { plainRow } from './read-screen.ts';
import { findAgentPid, findStatus } from './status-file.ts';

export interface Look {
  readonly adapter: Adapter;
  readonly request: AgentRequest;
  readonly tmux: LookOnceOptions;
  /** Wall time in ms. */
  readonly now: number;
}

/**
 * See all that one look at an agent shows: its files, its screen, its status file. What the screen
 * and the status file say has been so since something was last printed, or written, there. Of an
 * agent whose tmux server is silent its files are seen, and that its screen is not.
 *
 * @throws {TmuxNotFoundError} tmux is not there.
 */
export async function lookAtAgent(look: Look, signal: AbortSignal): Promise<readonly Sighting[]> {
  const { adapter, request, tmux, now } = look;
  const files = await new ExchangeReader(adapter, request).read(now);
  const pane = await lookAtPane(tmux, signal);
  // A record of its exit says more than what became of its terminal.
  const isRecorded = files.some(({ source }) => source === 'exit');
  if (pane === undefined) {
    const detail = 'no tmux server answers on its socket';
    return isRecorded ? files : [...files, { source: 'lost', at: now, detail }];
  }
  if (pane instanceof Error) {
    const reading = { kind: 'unknown', detail: pane.message } as const;
    return [...files, { source: 'screen', at: now, reading }];
  }
  const ended = isRecorded ? [] : exitOf(pane);
  return [...files, ...(await statusOf(look, pane)), ...screenOf(look, pane), ...ended];
}

/** The error of a server that is silent: whoever runs it may be busy, or stopped. */
async function lookAtPane(
  tmux: LookOnceOptions,
  signal: AbortSignal,
): Promise<PaneLook | CodedError | undefined> {
  try {
    return await lookOnce(tmux, signal);
  } catch (error) {
    if (hasCode(error, 'tmux.server-unresponsive')) return error;
    throw error;
  }
}

function exitOf({ exit }: PaneLook): readonly Sighting[] {
  return exit === undefined ? [] : [{ source: 'exit', at: exit.at, exit: toAgentExit(exit.exit) }];
}

async function statusOf({ adapter, request, now }: Look, { pid }: PaneLook) {
  const status = await findStatus(adapter, request, await findAgentPid(pid));
  if (status === undefined) return [];
  const { reading, writtenAt } = status;
  return [writtenAt, now].map((at) => ({ source: 'status-file', at, reading }) as const);
}

/** Nothing while the screen is blank: it is not drawn yet. */
function screenOf(
  { adapter, request, now }: Look,
  { styledRows, printedAt, exit }: PaneLook,
): readonly Sighting[] {
  if (adapter.doneBy === 'exit') {
    // What it prints tells nothing; that it runs does.
    const reading = { kind: 'busy', detail: 'its program runs', composer: undefined } as const;
    return exit === undefined ? [{ source: 'screen', at: now, reading }] : [];
  }
  const rows = styledRows.map(plainRow);
  if (rows.every((row) => row === '')) return [];
  const reading = adapter.readScreen({ rows, styledRows }, request);
  // tmux counts whole seconds: it may have been printed at the end of that one.
  const since = Math.min(printedAt + 1_000, now);
  return [since, now].map((at) => ({ source: 'screen', at, reading }) as const);
}
