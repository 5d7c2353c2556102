import { join } from 'node:path';
import { type Clock, exists } from '../../base/index.ts';
import type { AgentInstallation } from '../agent.ts';
import { findExecutable } from '../find-executable.ts';
import { readProgramVersion } from '../program-version.ts';
import { testedVersions } from '../screen-rules/load-rules.ts';
import { chosenLogin, geminiHome, readSettings } from './home.ts';

type Environment = Readonly<Record<string, string>>;
type Readiness = Pick<AgentInstallation, 'readiness' | 'problem' | 'todo'>;

/** It takes more than a second on a quiet machine. */
const VERSION_LIMIT_MS = 20_000;

/** Printed where gemini is missing, by `detect` and by a launch. */
export const INSTALL_TODO =
  'Install it (npm install -g @google/gemini-cli), or set gemini_path in config.yaml';

export interface DetectTools {
  /** A name to look for on the PATH, or an absolute path. */
  readonly program: string;
  readonly clock: Clock;
}

/**
 * Look for Gemini CLI and for signs that it can work: a way to log in was chosen, and what it
 * needs is there. Of secrets it reads none, and nothing is sent.
 */
export async function detectGemini(
  environment: Environment,
  { program, clock }: DetectTools,
  signal: AbortSignal,
): Promise<AgentInstallation> {
  const name = 'gemini';
  const path = await findExecutable(program, environment);
  if (path === undefined) {
    const problem = `${program} was not found`;
    const missing = { isFound: false, path, version: undefined, readiness: 'no' } as const;
    return { name, ...missing, problem, todo: INSTALL_TODO };
  }
  const version = await readProgramVersion(
    {
      argv: [path, '--version'],
      pattern: /^\d+\.\d+\.\d+\S*/m,
      limitMs: VERSION_LIMIT_MS,
      environment,
      clock,
    },
    signal,
  );
  const found = { name, isFound: true, path, version };
  if (version === undefined) {
    const problem = `${path} --version gave no version within ${VERSION_LIMIT_MS / 1000} s`;
    return { ...found, readiness: 'no', problem, todo: 'Run it by hand: it needs Node.js 20' };
  }
  const readiness = await findReadiness(environment);
  const tested = testedVersions('gemini');
  if (readiness.problem !== undefined || tested.includes(version))
    return { ...found, ...readiness };
  return {
    ...found,
    ...readiness,
    problem: `Version ${version} is untested (hooks, dialogs, screens); tested is ${tested.join(', ')}`,
    todo: 'Try it with one small job; its dialogs may not be recognised',
  };
}

const ready: Readiness = { readiness: 'yes', problem: undefined, todo: undefined };

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
