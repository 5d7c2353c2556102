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
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'XDG_CACHE_HOME',
]);

/** Of the agent CLIs that we know: keys, addresses, where they keep their settings. */
const prefixes = ['ANTHROPIC_', 'CLAUDE_', 'OPENAI_', 'CODEX_', 'GEMINI_', 'GOOGLE_', 'OPENCODE_'];

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
  'CODEX_SANDBOX',
  'CODEX_SANDBOX_NETWORK_DISABLED',
  'GEMINI_CLI',
  'OPENCODE',
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

/** What a program needs to open a window on the desktop of whoever runs us. */
export function desktopEnvironment(env: Environment): Readonly<Record<string, string>> {
  const found = desktopNames.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

const desktopNames = [
  'HOME',
  'PATH',
  'USER',
  'LANG',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'XDG_SESSION_TYPE',
  'DBUS_SESSION_BUS_ADDRESS',
  'SSH_CONNECTION',
];

/** Without UTF-8, tmux and the CLIs replace every character outside ASCII. */
function language(lang = ''): string {
  return ['', 'C', 'POSIX'].includes(lang) ? 'C.UTF-8' : lang;
}
