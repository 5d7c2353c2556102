import type { PaneExit } from '../tmux/index.ts';
import type { AgentExit } from './agent.ts';

/** The runner ends by itself only when it could not write the exit down: then its status tells. */
export function toAgentExit(exit: PaneExit): AgentExit {
  return exit.kind === 'status' ? exit : { kind: 'unknown' };
}
