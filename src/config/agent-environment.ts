import type { ConfigValues } from './keys.ts';
import type { Environment } from './load-config.ts';

const names = new Set([
  'HOME',
  'PATH',
  'SHELL',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TZ',
  'DISABLE_TELEMETRY',
  'DISABLE_AUTOUPDATER',
  'DISABLE_ERROR_REPORTING',
  'IS_SANDBOX',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
]);

const prefixes = ['ANTHROPIC_', 'CLAUDE_'];

/** A CLI that sees one of these believes that it runs inside another agent or another tmux. */
const never = new Set([
  'TMUX',
  'TMUX_PANE',
  'CLAUDECODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_ENV_FILE',
  'CLAUDE_PROJECT_DIR',
]);

/**
 * Choose the variables an agent gets: an explicit list, so that neither secrets of ours nor signs
 * of a surrounding tmux or agent reach it. `pass_environment` adds to it.
 */
export function agentEnvironment(
  env: Environment,
  { passEnvironment }: Pick<ConfigValues, 'passEnvironment'>,
): Readonly<Record<string, string>> {
  const isPassed = (name: string): boolean =>
    !never.has(name) &&
    (names.has(name) ||
      passEnvironment.includes(name) ||
      prefixes.some((prefix) => name.startsWith(prefix)));
  const passed = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && isPassed(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(passed), TERM: 'xterm-256color', LANG: language(env['LANG']) };
}

/** Without UTF-8, tmux and the CLIs replace every character outside ASCII. */
function language(lang = ''): string {
  return ['', 'C', 'POSIX'].includes(lang) ? 'C.UTF-8' : lang;
}
