import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Clock, systemCode } from '../../base/index.ts';
import type { AgentInstallation } from '../agent.ts';
import { findExecutable } from '../find-executable.ts';
import { testedVersions } from '../screen-rules/load-rules.ts';
import { configDirectory, configFile } from './config-directory.ts';
import { listIn, parseJson, valueIn } from './json.ts';

type Environment = Readonly<Record<string, string>>;
type Readiness = Pick<AgentInstallation, 'readiness' | 'problem' | 'todo'>;

const run = promisify(execFile);

const VERSION_LIMIT_MS = 10_000;

/** Printed where claude is missing, by `detect` and by a launch. */
export const INSTALL_TODO =
  'Install it (npm install -g @anthropic-ai/claude-code), or set claude_path in config.yaml';

export interface DetectTools {
  /** A name to look for on the PATH, or an absolute path. */
  readonly program: string;
  readonly clock: Clock;
}

/**
 * Look for Claude Code and for signs that it can work: a finished first run and credentials. Looks
 * at which names are set and which files are there; of secrets it reads none, and nothing is sent.
 */
export async function detectClaude(
  environment: Environment,
  { program, clock }: DetectTools,
  signal: AbortSignal,
): Promise<AgentInstallation> {
  const name = 'claude';
  const path = await findExecutable(program, environment);
  if (path === undefined) {
    const problem = `${program} was not found`;
    const missing = { isFound: false, path, version: undefined, readiness: 'no' } as const;
    return { name, ...missing, problem, todo: INSTALL_TODO };
  }
  const version = await readVersion(path, environment, clock, signal);
  const found = { name, isFound: true, path, version };
  if (version === undefined) {
    const problem = `${path} --version gave no version within ${VERSION_LIMIT_MS / 1000} s`;
    return { ...found, readiness: 'no', problem, todo: INSTALL_TODO };
  }
  const readiness = await findReadiness(environment);
  if (readiness.problem !== undefined || isTested(version)) return { ...found, ...readiness };
  return {
    ...found,
    ...readiness,
    problem: `Version ${version} is untested (hooks, dialogs, screens); tested are ${testedVersions('claude').join(' and ')}`,
    todo: 'Try it with one small job; its dialogs may not be recognised',
  };
}

// oxlint-disable-next-line max-params -- one call; an object would only repeat the names
async function readVersion(
  path: string,
  environment: Environment,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | undefined> {
  using limit = clock.deadline(VERSION_LIMIT_MS, new Error('claude --version takes too long'));
  const options = { env: environment, signal: AbortSignal.any([signal, limit.signal]) };
  try {
    const { stdout } = await run(path, ['--version'], { ...options, killSignal: 'SIGKILL' });
    return /^(?<version>\d+\.\d+\.\d+\S*) \(Claude Code\)/.exec(stdout)?.groups?.['version'];
  } catch {
    signal.throwIfAborted();
    // It does not run, exits with an error, or hangs: in each case it tells no version.
    return undefined;
  }
}

/** Versions between two tested ones behave like them, as far as anyone can know. */
function isTested(version: string): boolean {
  const versions = testedVersions('claude');
  const [oldest = '', newest = ''] = [versions[0], versions.at(-1)];
  const order = new Intl.Collator('en', { numeric: true });
  return order.compare(version, oldest) >= 0 && order.compare(version, newest) <= 0;
}

async function findReadiness(environment: Environment): Promise<Readiness> {
  const config = parseJson(await readText(configFile(environment)));
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
    return { readiness: 'yes', problem: undefined, todo: undefined };
  }
  // A cloud platform or a helper program may hold the credentials.
  const problem = 'no login and no API key was found';
  return { readiness: 'unknown', problem, todo: `${todo}, or set ANTHROPIC_API_KEY` };
}

/** Claude Code asks once whether to use a key, and remembers its last 20 characters. */
function apiKeyReadiness(config: unknown, key: string): Readiness {
  const approved = listIn(valueIn(config, 'customApiKeyResponses'), 'approved');
  if (approved.includes(key.slice(-20))) {
    return { readiness: 'yes', problem: undefined, todo: undefined };
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

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return '';
  }
}
