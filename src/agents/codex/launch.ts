import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Launch, LaunchTools } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { fixedDecisionOf } from '../policy.ts';
import { checkArgv, checksTools, policyFile } from '../policy-file.ts';
import { type CodexHook, hookFlags, toml } from './hook-flags.ts';
import { fixedReply } from './questions.ts';

/** Say how to start Codex for one attempt. All settings are arguments; none of its files is written. */
export async function launchCodex(
  request: AgentRequest,
  tools: LaunchTools,
  path: string,
): Promise<Launch> {
  const { exchange, directory, model, mode, resume } = request;
  const { instruction } = exchange;
  const settings = {
    ...fixedSettings,
    permissions: `{tmux-builder=${await sandbox(request)}}`,
    ...(await trust(request)),
  };
  return {
    argv: [
      path,
      ...(resume === undefined ? [] : ['resume']),
      // A server in the background would outlive the agent, and serve others with our settings.
      '--no-daemon',
      // The normal screen keeps what was printed; the alternate one has no history.
      '--no-alt-screen',
      // A conversation that began elsewhere would ask which directory to take.
      '-C',
      directory,
      '--ask-for-approval=on-request',
      ...(model === undefined ? [] : ['-m', model]),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ...hookFlags(hooksFor(request, tools)),
      // An instruction that begins with a dash is not an option.
      '--',
      ...(resume === undefined ? [] : [resume]),
      ...(mode === 'one-shot' && instruction !== undefined ? [instruction] : []),
    ],
    environment: {},
    files: checksTools(request) ? [policyFile(request)] : [],
  };
}

/** Over those of the person: dialogs that nobody would answer, and what we read the screen by. */
const fixedSettings = {
  check_for_update_on_startup: 'false',
  'notice.hide_rate_limit_model_nudge': 'true',
  // Its clock is the sign that a turn goes on.
  'tui.animations': 'true',
  'features.hooks': 'true',
  // Not a model: the policy decides, or a person.
  approvals_reviewer: '"user"',
  // Stronger than a sandbox_mode in the person's settings.
  default_permissions: '"tmux-builder"',
} as const;

/**
 * What commands may write without asking: the working directory and temporary ones, and the
 * exchange. Of that not what we believe and obey.
 */
async function sandbox({ exchange, exchangeDirs, homeDir }: AgentRequest): Promise<string> {
  const home = await realpath(homeDir);
  const open = await Promise.all(exchangeDirs.map(async (dir) => await realpath(dir)));
  const closed = [await realpath(exchange.eventsDir), join(home, 'replies'), join(home, 'agent')];
  // Of each path once: the table of TOML may not name one twice.
  const access = new Map([
    ...open.map((path) => [path, 'write'] as const),
    ...closed.map((path) => [path, 'read'] as const),
  ]);
  const table = Array.from(access, ([path, what]) => `${toml(path)}="${what}"`);
  return `{extends=":workspace",filesystem={${table.join(',')}}}`;
}

/** For a directory of ours alone; what a person trusts is in the person's own settings. */
async function trust({
  directory,
  isDirectoryOurs,
}: AgentRequest): Promise<Readonly<Record<string, string>>> {
  if (!isDirectoryOurs) return {};
  // The key is taken as it is: dots in `projects."/a.b".trust_level` would cut it.
  const paths = [...new Set([directory, await realpath(directory)])];
  return { projects: `{${paths.map((one) => `${toml(one)}={trust_level="trusted"}`).join(',')}}` };
}

/** After these seconds Codex gives a hook up; one that waits for a person has a day. */
const TIMEOUT_S = 10;
const ASK_TIMEOUT_S = 86_400;
const LAST_TIMEOUT_S = 3;

function hooksFor(request: AgentRequest, tools: LaunchTools): readonly CodexHook[] {
  const hook = (event: string, ...print: readonly string[]): CodexHook => ({
    event,
    argv: [...tools.hookArgv, event, ...print],
    timeoutSeconds: event === 'SessionEnd' ? LAST_TIMEOUT_S : TIMEOUT_S,
  });
  const ask = (event: string, ...before: readonly string[]): CodexHook => ({
    event,
    argv: [...before, ...tools.askArgv, event],
    timeoutSeconds: ASK_TIMEOUT_S,
  });
  const fixed = fixedDecisionOf(request);
  return [
    hook('SessionStart'),
    hook('UserPromptSubmit'),
    // Tells where the record of a subagent is, for its tokens.
    hook('SubagentStart'),
    ...(checksTools(request)
      ? [ask('PreToolUse', ...checkArgv(request, 'codex', 'codex-check.sh'))]
      : []),
    fixed === undefined ? ask('PermissionRequest') : hook('PermissionRequest', fixedReply(fixed)),
    hook('Stop'),
    hook('SessionEnd'),
  ];
}
