import { type Clock, findExecutable } from '../../base/index.ts';
import type { Adapter } from '../adapter.ts';
import { AgentNotFoundError } from '../errors.ts';
import { detectGemini, INSTALL_TODO } from './detect.ts';
import { launchGemini } from './launch.ts';
import { replyToGate } from './questions.ts';
import { readGeminiEvent } from './read-event.ts';
import { geminiScreenReader } from './read-screen.ts';
import { findGeminiConversation, geminiUsage } from './usage.ts';

export interface GeminiOptions {
  /** A name to look for on the PATH, or an absolute path. */
  readonly program: string;
  readonly clock: Clock;
}

/** Drive Gemini CLI. What was measured of it, and what is untested: docs/agents/gemini.md. */
export function geminiAdapter({ program, clock }: GeminiOptions): Adapter {
  return {
    name: 'gemini',
    delivery: 'argv',
    pastesToResumed: true,
    doneBy: 'turn',
    graceMs: 2_000,
    interruptKeys: ['Escape'],
    // Ends the program only when pressed twice at an empty composer.
    clearKeys: ['C-c'],
    detect: async (environment, signal) =>
      await detectGemini(environment, { program, clock }, signal),
    launch: async (request, tools) => {
      const path = await findExecutable(program, request.environment);
      if (path === undefined) throw new AgentNotFoundError('gemini', program, INSTALL_TODO);
      return await launchGemini(request, tools, path);
    },
    readScreen: geminiScreenReader(clock),
    readEvent: readGeminiEvent,
    usage: geminiUsage(),
    findConversation: async (_request, events, signal) =>
      await findGeminiConversation(events, signal),
    reply: replyToGate,
  };
}
