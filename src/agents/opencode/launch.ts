import { realpath } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Launch, LaunchTools } from '../adapter.ts';
import type { AgentRequest } from '../agent.ts';
import { listIn, parseJson } from '../claude/json.ts';
import { AgentFileInvalidError } from '../screen-rules/errors.ts';
import { asksPeople, fixedDecisionOf } from '../policy.ts';
import { checkArgv, checksTools, policyFile } from '../policy-file.ts';
import { askedPermissions } from './gate.ts';
import { fixedAnswer } from './questions.ts';

/** Beside `src` and `dist` alike. */
const plugin = fileURLToPath(new URL('../../../agents/opencode-plugin.js', import.meta.url));

/** Say how to start opencode. `path` is the program. */
export async function launchOpencode(
  request: AgentRequest,
  tools: LaunchTools,
  path: string,
): Promise<Launch> {
  const { exchange, model, resume, mode } = request;
  // With a session to go on with opencode forgets the prompt.
  const isTyped = mode === 'persistent' || resume !== undefined;
  const instruction = isTyped ? undefined : exchange.instruction;
  return {
    argv: [
      path,
      ...(resume === undefined ? [] : ['--session', resume]),
      ...(model === undefined ? [] : ['--model', model]),
      // Joined, so that an instruction that begins with a dash is no option.
      ...(instruction === undefined ? [] : [`--prompt=${instruction}`]),
    ],
    environment: await launchEnvironment(request, tools),
    files: checksTools(request) ? [policyFile(request)] : [],
  };
}

/**
 * A rule that fits every tool and stands behind those of the person, so that it counts before
 * them. Our plugin lifts it; where that is not loaded, opencode does nothing unasked.
 */
const SEAL = '?*';

async function launchEnvironment(
  request: AgentRequest,
  { askArgv }: LaunchTools,
): Promise<Readonly<Record<string, string>>> {
  const { environment } = request;
  const fixed = fixedDecisionOf(request);
  const ours = {
    ...(fixed === 'allow' ? {} : { OPENCODE_PERMISSION: sealed(environment) }),
    // A new version in the middle of a job could ask new questions.
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    // With a plugin it fetches a package before it draws anything, for minutes where no network is.
    npm_config_offline: 'true',
  };
  const names = [...Object.keys(ours), 'OPENCODE_CONFIG_CONTENT'];
  const options = {
    ask: askArgv,
    ...(fixed === undefined ? {} : { fixed: fixedAnswer(fixed) }),
    model: request.model,
    ...(checksTools(request) ? { check: checkArgv(request, 'opencode') } : {}),
    asked: askedPermissions(request),
    // A question would be left without an answer.
    isAlone: request.mode === 'one-shot' && !asksPeople(request.policy),
    dirs: await bothNames(request.exchangeDirs),
    // What we believe and obey lies among the agent's files: it is not the agent's to write.
    closed: ['events', 'replies', 'agent'],
    seal: SEAL,
    // Only the start is to do without the network.
    restored: { npm_config_offline: environment['npm_config_offline'] ?? null },
    // Another opencode, started by a command, is no agent of ours. Empty counts as not set.
    shell: Object.fromEntries(names.map((name) => [name, environment[name] ?? ''])),
  };
  return { ...ours, OPENCODE_CONFIG_CONTENT: configWith(environment, options) };
}

/**
 * The person's inline configuration, with our plugin besides.
 *
 * @throws {AgentFileInvalidError} theirs cannot be read.
 */
function configWith(environment: AgentRequest['environment'], options: object): string {
  const theirs = parseJson(environment['OPENCODE_CONFIG_CONTENT'] ?? '{}');
  if (!isObject(theirs)) {
    const problem = 'is no JSON object without comments; use a file and OPENCODE_CONFIG for that';
    const place = { line: 1, column: 1, field: '', problem };
    throw new AgentFileInvalidError('OPENCODE_CONFIG_CONTENT', [place]);
  }
  const entry = [pathToFileURL(plugin).href, options];
  return JSON.stringify({ ...theirs, plugin: [...listIn(theirs, 'plugin'), entry] });
}

/** What opencode cannot read of it, it leaves out. */
function sealed(environment: AgentRequest['environment']): string {
  const theirs = parseJson(environment['OPENCODE_PERMISSION'] ?? '{}');
  return JSON.stringify({ ...(isObject(theirs) ? theirs : {}), [SEAL]: 'ask' });
}

/** Paths are compared as they are written, and the instruction's may lead through a link. */
async function bothNames(dirs: readonly string[]): Promise<readonly string[]> {
  const named = await Promise.all(dirs.map(async (dir) => [dir, await realpath(dir)]));
  return [...new Set(named.flat())];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
