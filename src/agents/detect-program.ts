import { type Clock, findExecutable } from '../base/index.ts';
import type { AgentInstallation } from './agent.ts';
import { readProgramVersion } from './program-version.ts';
import { testedVersions } from './screen-rules/load-rules.ts';

export type Environment = Readonly<Record<string, string>>;
export type Readiness = Pick<AgentInstallation, 'readiness' | 'problem' | 'todo'>;

export const ready: Readiness = { readiness: 'yes', problem: undefined, todo: undefined };

export interface DetectTools {
  /** A name to look for on the PATH, or an absolute path. */
  readonly program: string;
  readonly clock: Clock;
}

export interface Cli {
  /** Of its adapter. */
  readonly name: string;
  /** What `--version` prints: its group `version`, else all that fits. */
  readonly pattern: RegExp;
  readonly versionLimitMs: number;
  /** What to do where it is missing. */
  readonly installTodo: string;
  /** ... and where it tells no version; left out: the same. */
  readonly brokenTodo?: string;
  /** What may be otherwise in a version that nobody tried: `hooks, dialogs, screens`. */
  readonly uncertain: string;
  /** Left out: only the very versions that were tried count as tested. */
  readonly isTested?: (version: string, tested: readonly string[]) => boolean;
  /** Look for signs that it can work; reads no secret and sends nothing. */
  readonly findReadiness: (path: string, signal: AbortSignal) => Promise<Readiness>;
}

/** Look for a CLI, its version, and signs that it can work. */
export async function detectProgram(
  cli: Cli,
  environment: Environment,
  { program, clock }: DetectTools,
  signal: AbortSignal,
): Promise<AgentInstallation> {
  const { name, pattern, versionLimitMs: limitMs, installTodo } = cli;
  const path = await findExecutable(program, environment);
  if (path === undefined) {
    const problem = `${program} was not found`;
    const missing = { isFound: false, path, version: undefined, readiness: 'no' } as const;
    return { name, ...missing, problem, todo: installTodo };
  }
  const version = await readProgramVersion(
    { argv: [path, '--version'], pattern, limitMs, environment, clock },
    signal,
  );
  const found = { name, isFound: true, path, version };
  if (version === undefined) {
    const problem = `${path} --version gave no version within ${limitMs / 1000} s`;
    return { ...found, readiness: 'no', problem, todo: cli.brokenTodo ?? installTodo };
  }
  const readiness = await cli.findReadiness(path, signal);
  const tested = testedVersions(name);
  const isTested = cli.isTested?.(version, tested) ?? tested.includes(version);
  if (readiness.problem !== undefined || isTested) return { ...found, ...readiness };
  const are = tested.length === 1 ? 'is' : 'are';
  return {
    ...found,
    ...readiness,
    problem: `Version ${version} is untested (${cli.uncertain}); tested ${are} ${tested.join(' and ')}`,
    todo: 'Try it with one small job; its dialogs may not be recognised',
  };
}
