import { type Clock, findExecutable } from '../../base/index.ts';
import type { Adapter } from '../adapter.ts';
import { AgentNotFoundError } from '../errors.ts';
import { detectCodex, INSTALL_TODO } from './detect.ts';
import { launchCodex } from './launch.ts';
import { replyToCodex } from './questions.ts';
import { readCodexEvent } from './read-event.ts';
import { codexScreenReader } from './read-screen.ts';
import { codexUsage, findCodexConversation } from './rollouts.ts';

export interface CodexOptions {
  /** A name to look for on the PATH, or an absolute path. */
  readonly program: string;
  readonly clock: Clock;
}

/** Drive Codex. What was measured of it, and what is untested: docs/agents/codex.md. */
export function codexAdapter({ program, clock }: CodexOptions): Adapter {
  return {
    name: 'codex',
    delivery: 'argv',
    doneBy: 'turn',
    graceMs: 2_000,
    interruptKeys: ['Escape'],
    // Not C-c, which ends the program when the composer is empty.
    clearKeys: ['C-e', 'C-u'],
    detect: async (environment, signal) =>
      await detectCodex(environment, { program, clock }, signal),
    launch: async (request, tools) => {
      const path = await findExecutable(program, request.environment);
      if (path === undefined) throw new AgentNotFoundError('codex', program, INSTALL_TODO);
      return await launchCodex(request, tools, path);
    },
    readScreen: codexScreenReader(clock),
    readEvent: readCodexEvent,
    usage: codexUsage(clock),
    findConversation: async (_request, events, signal) =>
      await findCodexConversation(events, signal),
    reply: replyToCodex,
  };
}
