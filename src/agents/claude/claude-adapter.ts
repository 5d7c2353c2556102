import { type Clock, findExecutable } from '../../base/index.ts';
import type { Adapter } from '../adapter.ts';
import { AgentNotFoundError } from '../errors.ts';
import { screenReader } from '../screen-rules/load-rules.ts';
import { findClaudeConversation } from './conversation.ts';
import { detectClaude, INSTALL_TODO } from './detect.ts';
import { launchClaude } from './launch.ts';
import { replyTo } from './questions.ts';
import { readClaudeEvent } from './read-event.ts';
import { claudeStatusFile } from './status-file.ts';
import { claudeUsage } from './usage.ts';

export interface ClaudeOptions {
  /** A name to look for on the PATH, or an absolute path. */
  readonly program: string;
  /** `argv` types nothing, so nothing can be typed wrongly; `paste` is for a running agent. */
  readonly delivery: 'argv' | 'paste';
  readonly clock: Clock;
}

/** Drive Claude Code. What was measured of it, and what is untested: docs/agents/claude.md. */
export function claudeAdapter({ program, delivery, clock }: ClaudeOptions): Adapter {
  return {
    name: 'claude',
    delivery,
    doneBy: 'turn',
    graceMs: 2_000,
    interruptKeys: ['Escape'],
    clearKeys: ['C-e', 'C-u'],
    detect: async (environment, signal) =>
      await detectClaude(environment, { program, clock }, signal),
    launch: async (request, tools) => {
      const path = await findExecutable(program, request.environment);
      if (path === undefined) throw new AgentNotFoundError('claude', program, INSTALL_TODO);
      return await launchClaude(request, tools, { path, delivery });
    },
    readScreen: screenReader('claude', clock),
    readEvent: readClaudeEvent,
    statusFile: claudeStatusFile,
    reply: replyTo,
    usage: claudeUsage(clock),
    findConversation: async (_request, events, signal) =>
      await findClaudeConversation(events, signal),
  };
}
