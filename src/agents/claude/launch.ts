import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Launch, LaunchTools } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { asksPeople, fixedDecisionOf } from '../policy.ts';
import { checkArgv, checksTools, policyFile } from '../policy-file.ts';
import { shellLine } from '../shell-line.ts';
import { fixedReply } from './questions.ts';

export interface ClaudeProgram {
  readonly path: string;
  readonly delivery: 'argv' | 'paste';
}

/** Say how to start Claude Code for one attempt. */
export async function launchClaude(
  request: AgentRequest,
  tools: LaunchTools,
  { path, delivery }: ClaudeProgram,
): Promise<Launch> {
  const { exchange, model, conversationId, homeDir, resume } = request;
  // It compares resolved paths, and the path in the instruction may lead through a link.
  const dirs = new Set(
    (await Promise.all(request.exchangeDirs.map(async (dir) => [dir, await realpath(dir)]))).flat(),
  );
  const settings = claudeSettings(request, [...dirs], tools);
  const settingsPath = join(homeDir, 'agent', 'claude-settings.json');
  const instruction =
    delivery === 'argv' && request.mode === 'one-shot' ? exchange.instruction : undefined;
  return {
    argv: [
      path,
      '--settings',
      settingsPath,
      // Without it the newest versions start in "auto", where a model decides on permissions.
      '--permission-mode',
      'acceptEdits',
      ...(resume === undefined ? ['--session-id', conversationId] : ['--resume', resume]),
      ...(model === undefined ? [] : ['--model', model]),
      // An instruction that begins with a dash is not an option.
      ...(instruction === undefined ? [] : ['--', instruction]),
    ],
    environment,
    files: [
      { path: settingsPath, content: JSON.stringify(settings, undefined, 2) },
      ...(checksTools(request) ? [policyFile(request)] : []),
    ],
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

/** Seconds after which Claude Code gives a hook up; one that waits for a person has a day. */
const HOOK_TIMEOUT_S = 10;
const ASK_TIMEOUT_S = 86_400;
/** After it a tool may be used unchecked, so it is far longer than a check takes. */
const CHECK_TIMEOUT_S = 600;

function claudeSettings(
  request: AgentRequest,
  dirs: readonly string[],
  { hookArgv, askArgv }: LaunchTools,
): unknown {
  const hook = (name: string, ...answer: readonly string[]) =>
    calling([...hookArgv, name, ...answer], HOOK_TIMEOUT_S);
  const { policy, mode } = request;
  const fixed = fixedDecisionOf(request);
  const isAlone = mode === 'one-shot' && !asksPeople(policy);
  // The payload of a tool holds what it read: worth its size only where a dialog's end is awaited.
  const tools =
    fixed === undefined
      ? {
          PostToolUse: hook('PostToolUse'),
          PostToolUseFailure: hook('PostToolUseFailure'),
          PermissionRequest: calling([...askArgv, 'PermissionRequest'], ASK_TIMEOUT_S),
        }
      : { PermissionRequest: hook('PermissionRequest', fixedReply(fixed)) };
  return {
    permissions: {
      // Rules instead of --add-dir, which opens a trust dialog of its own. `//` is the root.
      allow: dirs.flatMap((dir) => [`Read(/${dir}/**)`, `Edit(/${dir}/**)`]),
      // Allowing this tool without a person would answer the question with nothing.
      deny: [...(isAlone ? ['AskUserQuestion'] : []), ...ownFiles(dirs)],
    },
    hooks: {
      SessionStart: hook('SessionStart'),
      UserPromptSubmit: hook('UserPromptSubmit'),
      ...(checksTools(request) && {
        PreToolUse: calling(checkArgv(request, 'claude'), CHECK_TIMEOUT_S),
      }),
      ...tools,
      Stop: hook('Stop'),
      StopFailure: hook('StopFailure'),
      SessionEnd: hook('SessionEnd'),
    },
  };
}

function calling(argv: readonly string[], timeout: number) {
  return [{ hooks: [{ type: 'command', command: shellLine(argv), timeout }] }];
}

/** What we believe and obey lies among the agent's files: it is not the agent's to write. */
function ownFiles(dirs: readonly string[]): readonly string[] {
  const names = ['events', 'replies', 'agent'];
  return dirs.flatMap((dir) => names.map((name) => `Edit(/${dir}/**/${name}/**)`));
}
