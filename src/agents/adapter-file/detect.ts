import { type Clock, findExecutable } from '../../base/index.ts';
import type { AgentInstallation } from '../agent.ts';
import { readProgramVersion } from '../program-version.ts';
import type { AdapterFile } from './schema.ts';

export interface AdapterSource {
  readonly name: string;
  /** Of the adapter file. */
  readonly path: string;
  readonly clock: Clock;
}

const VERSION_LIMIT_MS = 20_000;

/** Look for the program of an adapter file. Whether it can work, only trying tells. */
export async function detectFile(
  file: AdapterFile,
  environment: Readonly<Record<string, string>>,
  { name, path: from, clock }: AdapterSource,
  signal: AbortSignal,
): Promise<AgentInstallation> {
  const { program } = file;
  const path = await findExecutable(program, environment);
  if (path === undefined) {
    const problem = `${program} was not found`;
    const missing = { isFound: false, path, version: undefined, readiness: 'no' } as const;
    return { name, ...missing, problem, todo: installTodo(file, from) };
  }
  const nothing = { problem: undefined, todo: undefined };
  const found = { name, isFound: true, path, readiness: 'unknown', ...nothing } as const;
  if (file.version === undefined) return { ...found, version: undefined };
  const { args, pattern, tested } = file.version;
  const limits = { limitMs: VERSION_LIMIT_MS, environment, clock };
  const version = await readProgramVersion({ argv: [path, ...args], pattern, ...limits }, signal);
  if (version !== undefined && tested.includes(version)) return { ...found, version };
  return {
    ...found,
    version,
    problem: `Version ${version ?? '(it tells none)'} is untested (hooks, dialogs, screens); tested is ${tested.join(', ')}`,
    todo: `Try it with one small job; if that goes well, add the version to "tested" in ${from}`,
  };
}

/** What to do about a program that is missing. */
export function installTodo({ install, program }: AdapterFile, path: string): string {
  return install ?? `Install ${program}, or correct "program" in ${path}`;
}
