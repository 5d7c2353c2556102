import { stat } from 'node:fs/promises';
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

/** It takes about a second on a quiet machine. */
const VERSION_LIMIT_MS = 20_000;

/** Printed where opencode is missing, by `detect` and by a launch. */
export const INSTALL_TODO =
  'Install it (npm install -g opencode-ai), or set opencode_path in config.yaml';

/**
 * Look for opencode and for signs that it can work: a login, a key, or a provider in its
 * configuration. Of secrets it reads none, and nothing is sent.
 */
export async function detectOpencode(
  environment: Environment,
  tools: DetectTools,
  signal: AbortSignal,
): Promise<AgentInstallation> {
  const cli: Cli = {
    name: 'opencode',
    pattern: /^\d+\.\d+\.\d+\S*/m,
    versionLimitMs: VERSION_LIMIT_MS,
    installTodo: INSTALL_TODO,
    uncertain: 'plugin events, permissions, screens',
    findReadiness: async () => await findReadiness(environment),
  };
  return await detectProgram(cli, environment, tools, signal);
}

/** Keys by which opencode takes the best-known providers for usable; it knows a hundred more. */
const keys = [
  'ANTHROPIC_API_KEY',
  'OPENAI_API_KEY',
  'OPENROUTER_API_KEY',
  'OPENCODE_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_GENERATIVE_AI_API_KEY',
];

async function findReadiness(environment: Environment): Promise<Readiness> {
  const isSet = (name: string): boolean => (environment[name] ?? '') !== '';
  if (['1', 'true'].includes((environment['OPENCODE_PURE'] ?? '').toLowerCase())) {
    const problem = 'OPENCODE_PURE keeps our plugin out, without which nobody knows what it does';
    return { readiness: 'no', problem, todo: 'Unset OPENCODE_PURE' };
  }
  if (keys.some(isSet) || isSet('OPENCODE_AUTH_CONTENT')) return ready;
  if ((await hasLogin(environment)) || (await namesProvider(environment))) return ready;
  return {
    readiness: 'unknown',
    problem: 'no login and no provider in its configuration was found',
    todo: 'Run opencode auth login; without it only the free models of OpenCode Zen are there',
  };
}

/** Without a login the file is missing, or holds an empty object. */
async function hasLogin(environment: Environment): Promise<boolean> {
  const data = environment['XDG_DATA_HOME'] ?? join(environment['HOME'] ?? '/', '.local', 'share');
  try {
    return (await stat(join(data, 'opencode', 'auth.json'))).size > 4;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

/** The file is JSON with comments. */
async function namesProvider(environment: Environment): Promise<boolean> {
  const config = environment['XDG_CONFIG_HOME'] ?? join(environment['HOME'] ?? '/', '.config');
  const paths = ['opencode.json', 'opencode.jsonc', 'config.json'].map((name) =>
    join(config, 'opencode', name),
  );
  const texts = await Promise.all(
    [...paths, environment['OPENCODE_CONFIG'] ?? ''].map(
      async (path) => await readTextOrNothing(path),
    ),
  );
  const all = [...texts, environment['OPENCODE_CONFIG_CONTENT'] ?? ''];
  return all.some((text) => /"provider"\s*:\s*\{\s*"/.test(text.replaceAll(/^\s*\/\/.*$/gm, '')));
}
