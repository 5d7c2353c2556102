import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type Clock,
  endProcesses,
  findByEnvironment,
  findEnvironmentValues,
  hasCode,
  isRunning,
  type ProcessIdentity,
} from '../base/index.ts';
import type { TmuxServer } from '../tmux/index.ts';
import type { AgentRequest } from './agent.ts';
import { AgentSurvivesError } from './errors.ts';

/** Environment variable that every process of an agent carries. */
export const RUN_VARIABLE = 'TMUX_BUILDER_RUN';
/** User option of the agent's tmux server: holds the same id. */
export const RUN_MARK = '@tmux-builder-run';

/** Run ids that begin so, of agents that live. Linux only; elsewhere none is found. */
export function findRuns(prefix: string): readonly string[] {
  return findEnvironmentValues(RUN_VARIABLE, prefix);
}

export interface EndAgentOptions {
  readonly request: Pick<AgentRequest, 'socketPath' | 'runId'>;
  readonly clock: Clock;
  readonly graceMs: number;
}

/**
 * End a tmux server and everything that ran in it, then whatever else carries the run id, prove
 * both, and remove the socket's directory. `server` may be gone already, or undefined.
 *
 * @throws {AgentSurvivesError} a process outlived SIGKILL; the directory is kept.
 */
export async function endAgent(
  server: TmuxServer | undefined,
  { request, clock, graceMs }: EndAgentOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    await server?.kill(signal, { graceMs });
  } catch (error) {
    // Those processes carry the run id too, so they are tried again, and told of, below.
    if (!hasCode(error, 'tmux.old-process-alive')) throw error;
  } finally {
    await server?.[Symbol.asyncDispose]();
  }
  await endRun(request.runId, { clock, graceMs: server === undefined ? graceMs : 0 }, signal);
  await rm(dirname(request.socketPath), { recursive: true, force: true });
}

/** Dying processes can start others, so look until none is found. */
const MOST_ROUNDS = 5;
/** The writer of stream.log ends by itself once it has written what its pipe still holds. */
const WRITER_MS = 300;

async function endRun(
  runId: string,
  options: { readonly clock: Clock; readonly graceMs: number },
  signal: AbortSignal,
): Promise<void> {
  let left: readonly ProcessIdentity[] = findByEnvironment(RUN_VARIABLE, runId);
  const end = options.clock.monotonic() + WRITER_MS;
  while ((await Promise.all(left.map(isRunning))).includes(true)) {
    if (options.clock.monotonic() > end) break;
    await options.clock.after(5, signal);
  }
  left = left.length === 0 ? left : findByEnvironment(RUN_VARIABLE, runId);
  for (let round = 0; left.length > 0 && round < MOST_ROUNDS; round += 1) {
    await endProcesses(left, options, signal);
    left = findByEnvironment(RUN_VARIABLE, runId);
  }
  if (left.length > 0) throw new AgentSurvivesError(left.map(({ pid }) => pid));
}
