import { type Clock, findExecutable } from '../../base/index.ts';
import type { Adapter } from '../adapter.ts';
import { AgentNotFoundError } from '../errors.ts';
import { findConversation } from './conversation.ts';
import { detectOpencode, INSTALL_TODO } from './detect.ts';
import { launchOpencode } from './launch.ts';
import { replyTo } from './questions.ts';
import { readOpencodeEvent } from './read-event.ts';
import { opencodeScreenReader } from './read-screen.ts';
import { readUsage } from './usage.ts';

export interface OpencodeOptions {
  /** A name to look for on the PATH, or an absolute path. */
  readonly program: string;
  readonly clock: Clock;
}

/** Drive opencode. What was measured of it, and what is untested: docs/agents/opencode.md. */
export function opencodeAdapter({ program, clock }: OpencodeOptions): Adapter {
  return {
    name: 'opencode',
    delivery: 'argv',
    pastesToResumed: true,
    doneBy: 'turn',
    graceMs: 2_000,
    // The first one only asks whether it is meant, and two at once are read as another key.
    interruptKeys: ['Escape'],
    // Ends the program at an empty composer.
    clearKeys: ['C-c'],
    detect: async (environment, signal) =>
      await detectOpencode(environment, { program, clock }, signal),
    launch: async (request, tools) => {
      const path = await findExecutable(program, request.environment);
      if (path === undefined) throw new AgentNotFoundError('opencode', program, INSTALL_TODO);
      return await launchOpencode(request, tools, path);
    },
    readScreen: opencodeScreenReader(clock),
    readEvent: readOpencodeEvent,
    usage: async (_request, events) => readUsage(events),
    findConversation: async (_request, events) => findConversation(events),
    reply: replyTo,
  };
}
