import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/index.ts';
import type { AgentInstallation } from '../agent.ts';
import {
  type Cli,
  detectProgram,
  type DetectTools,
  type Environment,
  type Readiness,
  ready,
} from '../detect-program.ts';
import { readTextOrNothing } from '../read-text.ts';
import { configDirectory, configFile } from './config-directory.ts';
import { listIn, parseJson, valueIn } from './json.ts';

const VERSION_LIMIT_MS = 10_000;

/** Printed where claude is missing, by `detect` and by a launch. */
export const INSTALL_TODO =
  'Install it (npm install -g @anthropic-ai/claude-code), or set claude_path in config.yaml';

/**
 * Look for Claude Code and for signs that it can work: a finished first run and credentials. Looks
 * at which names are set and which files are there; of secrets it reads none, and nothing is sent.
 */
export async function detectClaude(
  environment: Environment,
  tools: DetectTools,
  signal: AbortSignal,
): Promise<AgentInstallation> {
  const cli: Cli = {
    name: 'claude',
    pattern: /^(?<version>\d+\.\d+\.\d+\S*) \(Claude Code\)/,
    versionLimitMs: VERSION_LIMIT_MS,
    installTodo: INSTALL_TODO,
    uncertain: 'hooks, dialogs, screens',
    isTested,
    findReadiness: async () => await findReadiness(environment),
  };
  return await detectProgram(cli, environment, tools, signal);
}

/** Versions between two tested ones behave like them, as far as anyone can know. */
function isTested(version: string, versions: readonly string[]): boolean {
  const [oldest = '', newest = ''] = [versions[0], versions.at(-1)];
  const order = new Intl.Collator('en', { numeric: true });
  return order.compare(version, oldest) >= 0 && order.compare(version, newest) <= 0;
}

async function findReadiness(environment: Environment): Promise<Readiness> {
  const config = parseJson(await readTextOrNothing(configFile(environment)));
  const todo = 'Run claude once by hand and log in';
  if (valueIn(config, 'hasCompletedOnboarding') !== true) {
    return { readiness: 'no', problem: 'its first run (theme, login) is not done', todo };
  }
  const key = environment['ANTHROPIC_API_KEY'];
  if (key !== undefined && key !== '') return apiKeyReadiness(config, key);
  const isTokenSet = ['ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'].some(
    (name) => (environment[name] ?? '') !== '',
  );
  if (isTokenSet || (await hasLogin(environment, config))) {
    return ready;
  }
  // A cloud platform or a helper program may hold the credentials.
  const problem = 'no login and no API key was found';
  return { readiness: 'unknown', problem, todo: `${todo}, or set ANTHROPIC_API_KEY` };
}

/** Claude Code asks once whether to use a key, and remembers its last 20 characters. */
function apiKeyReadiness(config: unknown, key: string): Readiness {
  const approved = listIn(valueIn(config, 'customApiKeyResponses'), 'approved');
  if (approved.includes(key.slice(-20))) {
    return ready;
  }
  const problem = 'ANTHROPIC_API_KEY is set, but its use is not approved';
  return { readiness: 'no', problem, todo: 'Run claude once by hand and approve the API key' };
}

/** macOS keeps the credentials in its keychain; there the account is the only sign. */
async function hasLogin(environment: Environment, config: unknown): Promise<boolean> {
  if (process.platform === 'darwin') return valueIn(config, 'oauthAccount') !== undefined;
  try {
    await access(join(configDirectory(environment), '.credentials.json'));
    return true;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}
