import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '../../base/index.ts';
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

const run = promisify(execFile);

const LIMIT_MS = 10_000;

/** Printed where codex is missing, by `detect` and by a launch. */
export const INSTALL_TODO =
  'Install it (npm install -g @openai/codex), or set codex_path in config.yaml';

/**
 * Look for Codex and ask it whether it is logged in. Nothing is sent, and no secret is read by us.
 */
export async function detectCodex(
  environment: Environment,
  tools: DetectTools,
  signal: AbortSignal,
): Promise<AgentInstallation> {
  const cli: Cli = {
    name: 'codex',
    pattern: /^codex-cli (?<version>\S+)/m,
    versionLimitMs: LIMIT_MS,
    installTodo: INSTALL_TODO,
    uncertain: 'hooks and their trust, dialogs, screens',
    findReadiness: async (path, stop) => await findReadiness(path, environment, tools.clock, stop),
  };
  return await detectProgram(cli, environment, tools, signal);
}

// oxlint-disable-next-line max-params -- one call; an object would only repeat the names
async function findReadiness(
  path: string,
  environment: Environment,
  clock: Clock,
  signal: AbortSignal,
): Promise<Readiness> {
  if (await isLoggedIn(path, environment, clock, signal)) {
    return ready;
  }
  const todo = 'Run codex once by hand and log in, or: codex login --with-api-key <FILE';
  // A key in the environment is for providers alone, each of which names its own.
  const config = await readTextOrNothing(join(codexHome(environment), 'config.toml'));
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
