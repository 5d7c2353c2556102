import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Clock, systemCode } from '../../base/index.ts';
import type { AgentInstallation } from '../agent.ts';
import { findExecutable } from '../find-executable.ts';
import { readProgramVersion } from '../program-version.ts';
import { testedVersions } from '../screen-rules/load-rules.ts';

type Environment = Readonly<Record<string, string>>;
type Readiness = Pick<AgentInstallation, 'readiness' | 'problem' | 'todo'>;

const run = promisify(execFile);

const LIMIT_MS = 10_000;

/** Printed where codex is missing, by `detect` and by a launch. */
export const INSTALL_TODO =
  'Install it (npm install -g @openai/codex), or set codex_path in config.yaml';

export interface DetectTools {
  /** A name to look for on the PATH, or an absolute path. */
  readonly program: string;
  readonly clock: Clock;
}

/**
 * Look for Codex and ask it whether it is logged in. Nothing is sent, and no secret is read by us.
 */
export async function detectCodex(
  environment: Environment,
  { program, clock }: DetectTools,
  signal: AbortSignal,
): Promise<AgentInstallation> {
  const name = 'codex';
  const path = await findExecutable(program, environment);
  if (path === undefined) {
    const problem = `${program} was not found`;
    const missing = { isFound: false, path, version: undefined, readiness: 'no' } as const;
    return { name, ...missing, problem, todo: INSTALL_TODO };
  }
  const version = await readProgramVersion(
    {
      argv: [path, '--version'],
      pattern: /^codex-cli (?<version>\S+)/m,
      limitMs: LIMIT_MS,
      environment,
      clock,
    },
    signal,
  );
  const found = { name, isFound: true, path, version };
  if (version === undefined) {
    const problem = `${path} --version gave no version within ${LIMIT_MS / 1000} s`;
    return { ...found, readiness: 'no', problem, todo: INSTALL_TODO };
  }
  const readiness = await findReadiness(path, environment, clock, signal);
  const tested = testedVersions('codex');
  if (readiness.problem !== undefined || tested.includes(version))
    return { ...found, ...readiness };
  return {
    ...found,
    ...readiness,
    problem: `Version ${version} is untested (hooks and their trust, dialogs, screens); tested is ${tested.join(', ')}`,
    todo: 'Try it with one small job; its dialogs may not be recognised',
  };
}

// oxlint-disable-next-line max-params -- one call; an object would only repeat the names
async function findReadiness(
  path: string,
  environment: Environment,
  clock: Clock,
  signal: AbortSignal,
): Promise<Readiness> {
  if (await isLoggedIn(path, environment, clock, signal)) {
    return { readiness: 'yes', problem: undefined, todo: undefined };
  }
  const todo = 'Run codex once by hand and log in, or: codex login --with-api-key <FILE';
  // A key in the environment is for providers alone, each of which names its own.
  const config = await readText(join(codexHome(environment), 'config.toml'));
  const provider = /^\s*model_provider\s*=\s*["'](?<name>[^"']+)/m.exec(config)?.groups?.['name'];
  return provider === undefined
    ? { readiness: 'no', problem: 'no login was found', todo }
    : {
        readiness: 'unknown',
        problem: `no login was found; the provider "${provider}" may need none`,
        todo: 'Try it with one small job',
      };
}

// oxlint-disable-next-line max-params -- as above
async function isLoggedIn(
  path: string,
  environment: Environment,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  using limit = clock.deadline(LIMIT_MS, new Error('codex login status takes too long'));
  const options = { env: environment, signal: AbortSignal.any([signal, limit.signal]) };
  try {
    await run(path, ['login', 'status'], { ...options, killSignal: 'SIGKILL' });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function codexHome(environment: Environment): string {
  return environment['CODEX_HOME'] ?? join(environment['HOME'] ?? '/', '.codex');
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return '';
  }
}
