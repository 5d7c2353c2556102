import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchFile, LaunchTools } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { listIn, valueIn } from '../claude/json.ts';
import { enginePolicy } from './gate.ts';
import { chosenLogin, readSettings } from './home.ts';
import { geminiHooks } from './hooks.ts';
import type { Person } from './trust.ts';

export interface SettingsParts {
  readonly request: AgentRequest;
  readonly tools: LaunchTools;
  readonly person: Person;
}

/** Say which files the agent's own home holds: the person's with ours over them. */
export async function homeFiles(
  home: string,
  { request, tools, person }: SettingsParts,
): Promise<readonly LaunchFile[]> {
  const at = (name: string): string => join(home, '.gemini', name);
  const { directory, isDirectoryOurs } = request;
  const dirs = await bothNames(request.exchangeDirs);
  const trusted = isDirectoryOurs ? [...dirs, ...(await bothNames([directory]))] : dirs;
  const policyPaths = [
    // Where the person names no others, the usual ones are no longer read by themselves.
    ...(listIn(person.settings, 'policyPaths').length > 0 ? [] : [at('policies')]),
    at('tmux-builder.toml'),
  ];
  const settings = {
    ...fixed,
    security: {
      auth: { selectedType: chosenLogin(person) },
      // Where the environment of hooks is cleaned, ours need these.
      environmentVariableRedaction: { allowed: hookVariables },
    },
    context: { includeDirectories: dirs },
    policyPaths,
    hooks: geminiHooks(request, tools),
  };
  const folders = Object.fromEntries(trusted.map((dir) => [dir, 'TRUST_FOLDER']));
  const project = await readSettings(directory, '.gemini', 'settings.json');
  // A project may switch hooks off. Then nothing may rely on them.
  const isGated = valueIn(project, 'hooksConfig') === undefined;
  return [
    { path: at('settings.json'), content: print(merged(person.settings, settings)) },
    { path: at('trustedFolders.json'), content: print(merged(person.folders, folders)) },
    { path: at('tmux-builder.toml'), content: enginePolicy(request, isGated) },
  ];
}

/** What must be so for the agent to be driven, whatever the person has chosen. */
const fixed = {
  // A new version in the middle of a job could ask new questions.
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, vimMode: false },
  ui: {
    // The normal screen keeps what was printed; the alternate one has no history.
    useAlternateBuffer: false,
    // Otherwise it tries for ever when the API is overloaded, and says nothing.
    errorVerbosity: 'full',
    accessibility: { screenReader: false },
  },
  hooksConfig: { enabled: true },
} as const;

const hookVariables = ['TMUX_BUILDER_EVENTS', 'TMUX_BUILDER_REPLIES', 'TMUX_BUILDER_RUN'];

/** It compares resolved paths, and the path in the instruction may lead through a link. */
async function bothNames(dirs: readonly string[]): Promise<readonly string[]> {
  const named = await Promise.all(dirs.map(async (dir) => [dir, await realpath(dir)]));
  return [...new Set(named.flat())];
}

/** Lists are joined, theirs first; of anything else ours counts. */
function merged(theirs: unknown, ours: unknown): unknown {
  if (Array.isArray(theirs) && Array.isArray(ours)) return [...theirs, ...ours];
  if (!isObject(theirs) || !isObject(ours)) return ours;
  const both = Object.keys(ours).map((key) => [
    key,
    merged(valueIn(theirs, key), valueIn(ours, key)),
  ]);
  return { ...theirs, ...Object.fromEntries(both) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function print(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
