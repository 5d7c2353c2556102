import { join } from 'node:path';
import { exists } from '../../base/index.ts';
import type { AgentInstallation } from '../agent.ts';
import {
  type Cli,
  detectProgram,
  type DetectTools,
  type Environment,
  type Readiness,
  ready,
} from '../detect-program.ts';
import { chosenLogin, geminiHome, readSettings } from './home.ts';

/** It takes more than a second on a quiet machine. */
const VERSION_LIMIT_MS = 20_000;

/** Printed where gemini is missing, by `detect` and by a launch. */
export const INSTALL_TODO =
  'Install it (npm install -g @google/gemini-cli), or set gemini_path in config.yaml';

/**
 * Look for Gemini CLI and for signs that it can work: a way to log in was chosen, and what it
 * needs is there. Of secrets it reads none, and nothing is sent.
 */
export async function detectGemini(
  environment: Environment,
  tools: DetectTools,
  signal: AbortSignal,
): Promise<AgentInstallation> {
  const cli: Cli = {
    name: 'gemini',
    pattern: /^\d+\.\d+\.\d+\S*/m,
    versionLimitMs: VERSION_LIMIT_MS,
    installTodo: INSTALL_TODO,
    brokenTodo: 'Run it by hand: it needs Node.js 20',
    uncertain: 'hooks, dialogs, screens',
    findReadiness: async () => await findReadiness(environment),
  };
  return await detectProgram(cli, environment, tools, signal);
}

async function findReadiness(environment: Environment): Promise<Readiness> {
  const home = geminiHome(environment);
  const settings = await readSettings(home, '.gemini', 'settings.json');
  const login = chosenLogin({ settings, environment });
  const isSet = (name: string): boolean => (environment[name] ?? '') !== '';
  const isThere = async (name: string): Promise<boolean> =>
    await exists(join(home, '.gemini', name));
  const todo = 'Run gemini once by hand and log in';
  switch (login) {
    case undefined:
      return {
        readiness: 'no',
        problem: 'no way to log in is chosen and GEMINI_API_KEY is not set',
        todo: `${todo}, or set GEMINI_API_KEY`,
      };
    case 'gemini-api-key':
      if (isSet('GEMINI_API_KEY')) return ready;
      return {
        readiness: 'unknown',
        problem: 'GEMINI_API_KEY is not set; the key may be in a keychain or a .env file',
        todo: 'Set GEMINI_API_KEY, or try it with one small job',
      };
    case 'vertex-ai': {
      const names = ['GOOGLE_CLOUD_PROJECT', 'GOOGLE_CLOUD_LOCATION'];
      if (isSet('GOOGLE_API_KEY') || names.every(isSet)) return ready;
      const problem = 'for Vertex AI neither GOOGLE_API_KEY nor project and location are set';
      return { readiness: 'unknown', problem, todo: `Set ${names.join(' and ')}` };
    }
    case 'oauth-personal':
      if ((await isThere('oauth_creds.json')) || (await isThere('gemini-credentials.json')))
        return ready;
      return { readiness: 'unknown', problem: 'no login with Google was found', todo };
    default:
      return { readiness: 'unknown', problem: `the login "${login}" is untested`, todo };
  }
}
