import { exists, findExecutable } from '../../base/index.ts';
import { keyNames } from '../../tmux/index.ts';
import type { Adapter, HookEvent } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { AgentNotFoundError } from '../errors.ts';
import { readScreen } from '../screen-rules/read-screen.ts';
import { joinRules } from '../screen-rules/rules.ts';
import { type AdapterSource, detectFile, installTodo } from './detect.ts';
import { textAt } from './json-path.ts';
import { launchFile, requestValues } from './launch.ts';
import { readFileEvent, readFileUsage, replyOf } from './read-event.ts';
import type { AdapterFile } from './schema.ts';
import { statusFileOf } from './status-file.ts';
import { fill } from './template.ts';

/** Make an adapter of what an adapter file says. */
export function adapterFromFile(file: AdapterFile, source: AdapterSource): Adapter {
  const { name, path: from, clock } = source;
  const { program, statusFile } = file;
  const rules = joinRules(file.screen === undefined ? [] : [file.screen]);
  return {
    name,
    delivery: file.delivery,
    doneBy: file.doneBy,
    graceMs: file.graceMs,
    interruptKeys: keyNames(file.interruptKeys),
    clearKeys: keyNames(file.clearKeys),
    detect: async (environment, signal) => await detectFile(file, environment, source, signal),
    launch: async (request, tools) => {
      const path = await findExecutable(program, request.environment);
      if (path === undefined) throw new AgentNotFoundError(name, program, installTodo(file, from));
      return launchFile(file, request, tools, path);
    },
    readScreen: (screen, request) => readScreen(rules, screen, request, clock.now()),
    readEvent: (event) => readFileEvent(file, event),
    reply: (answer, _dialog, event) => replyOf(file, answer, event),
    usage: async (_request, events) => readFileUsage(file, events),
    ...(statusFile === undefined ? {} : { statusFile: statusFileOf(statusFile) }),
    ...(file.conversation === undefined ? {} : { findConversation: findIn(file.conversation) }),
  };
}

type ConversationRule = NonNullable<AdapterFile['conversation']>;

/** By the id that the program tells last, else the one that it was given. */
function findIn({ id: path, file }: ConversationRule): NonNullable<Adapter['findConversation']> {
  return async (request: AgentRequest, events: readonly HookEvent[]) => {
    const told = events.findLast(({ payload }) => textAt(payload, path) !== undefined);
    const given = path === undefined ? (request.resume ?? request.conversationId) : undefined;
    const id = textAt(told?.payload, path) ?? given;
    if (id === undefined || file === undefined) return id;
    return (await exists(fill(file, { ...requestValues(request), id }))) ? id : undefined;
  };
}
