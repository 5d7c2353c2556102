import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Launch, LaunchTools } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { shellLine } from '../shell-line.ts';

export interface ClaudeProgram {
  readonly path: string;
  readonly delivery: 'argv' | 'paste';
}

/** Say how to start Claude Code for one attempt. */
export async function launchClaude(
  request: AgentRequest,
  { hookArgv }: LaunchTools,
  { path, delivery }: ClaudeProgram,
): Promise<Launch> {
  const { exchange, model, conversationId } = request;
  // It compares resolved paths, and the path in the instruction may lead through a link.
  const dirs = new Set([exchange.dir, await realpath(exchange.dir)]);
  const settings = claudeSettings([...dirs], request.permission, hookArgv);
  const settingsPath = join(exchange.dir, 'agent', 'claude-settings.json');
  const instruction = delivery === 'argv' ? exchange.instruction : undefined;
  return {
    argv: [
      path,
      '--settings',
      settingsPath,
      // Without it the newest versions start in "auto", where a model decides on permissions.
      '--permission-mode',
      'acceptEdits',
      '--session-id',
      conversationId,
      ...(model === undefined ? [] : ['--model', model]),
      // An instruction that begins with a dash is not an option.
      ...(instruction === undefined ? [] : ['--', instruction]),
    ],
    environment,
    files: [{ path: settingsPath, content: JSON.stringify(settings, undefined, 2) }],
  };
}

const environment = {
  // The normal screen keeps what was printed; the alternate one has no history.
  CLAUDE_CODE_DISABLE_ALTERNATE_SCREEN: '1',
  // A new version in the middle of a job could ask new questions.
  DISABLE_AUTOUPDATER: '1',
  // A survey is a dialog, and a suggested next prompt is a request that nobody reads.
  CLAUDE_CODE_DISABLE_FEEDBACK_SURVEY: '1',
  CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: 'false',
} as const;

/** Seconds after which Claude Code gives a hook up. */
const HOOK_TIMEOUT_S = 10;

function claudeSettings(
  dirs: readonly string[],
  permission: AgentRequest['permission'],
  hookArgv: readonly string[],
): unknown {
  const hook = (name: string, ...answer: readonly string[]) => {
    const command = shellLine([...hookArgv, name, ...answer]);
    return [{ hooks: [{ type: 'command', command, timeout: HOOK_TIMEOUT_S }] }];
  };
  // The payload of a tool holds what it read: worth its size only where a dialog's end is awaited.
  const tools =
    permission === 'ask'
      ? {
          PostToolUse: hook('PostToolUse'),
          PostToolUseFailure: hook('PostToolUseFailure'),
          PermissionRequest: hook('PermissionRequest'),
        }
      : { PermissionRequest: hook('PermissionRequest', decision(permission)) };
  return {
    permissions: {
      // Rules instead of --add-dir, which opens a trust dialog of its own. `//` is the root.
      allow: dirs.flatMap((dir) => [`Read(/${dir}/**)`, `Edit(/${dir}/**)`]),
      // Allowing this tool without a person would answer the question with nothing.
      deny: permission === 'ask' ? [] : ['AskUserQuestion'],
    },
    hooks: {
      SessionStart: hook('SessionStart'),
      UserPromptSubmit: hook('UserPromptSubmit'),
      ...tools,
      Stop: hook('Stop'),
      StopFailure: hook('StopFailure'),
      SessionEnd: hook('SessionEnd'),
    },
  };
}

/** What a PermissionRequest hook prints to decide without a keystroke. */
function decision(permission: 'allow' | 'deny'): string {
  const message = 'This job may not use tools that need a permission. Do without them.';
  return JSON.stringify({
    hookSpecificOutput: {
      hookEventName: 'PermissionRequest',
      decision: permission === 'allow' ? { behavior: 'allow' } : { behavior: 'deny', message },
    },
  });
}
