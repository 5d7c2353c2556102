import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Adapter, HookEvent, Launch, LaunchTools, Meaning } from '../adapter.ts';
import type { AgentInstallation, AgentRequest, Usage } from '../agent.ts';
import { readDemoScreen } from './read-demo-screen.ts';

/** `.ts` when we run from the sources, `.js` when compiled. */
const extension = extname(import.meta.filename);
const program = fileURLToPath(new URL(`../../demo-agent/main${extension}`, import.meta.url));
/** Without it, half of the start goes into reading TypeScript anew. */
const compileCache = fileURLToPath(
  new URL('../../../node_modules/.cache/demo-agent', import.meta.url),
);

/**
 * The built-in demo agent: needs no model and no installation, does what rules can do, and says
 * so. The variable DEMO_AGENT of the request's environment makes it misbehave for tests (see
 * src/demo-agent/scenario.ts).
 */
export const demoAdapter: Adapter = {
  name: 'demo',
  delivery: 'paste',
  doneBy: 'turn',
  graceMs: 1_000,
  detect,
  launch,
  readScreen: readDemoScreen,
  readEvent,
  usage,
};

async function detect(): Promise<AgentInstallation> {
  return {
    name: 'demo',
    isFound: true,
    path: program,
    version: 'built in',
    readiness: 'yes',
    problem: undefined,
    todo: undefined,
  };
}

async function launch({ environment }: AgentRequest, { hookArgv }: LaunchTools): Promise<Launch> {
  const options = JSON.stringify({ hook: hookArgv, scenario: environment['DEMO_AGENT'] });
  return {
    argv: [process.execPath, program, options],
    environment: extension === '.ts' ? { NODE_COMPILE_CACHE: compileCache } : {},
    files: [],
  };
}

function readEvent({ name, payload }: HookEvent, request: AgentRequest): Meaning | undefined {
  switch (name) {
    case 'SessionStart':
      return { kind: 'session-started' };
    case 'UserPromptSubmit':
      return { kind: 'prompt-submitted', text: textField(payload, 'prompt') };
    case 'PermissionRequest': {
      if (request.permission !== 'ask') return { kind: 'working' };
      const question = textField(payload, 'question') ?? '';
      const dialog = { kind: 'permission', question, choices: ['Allow', 'Deny'] };
      return { kind: 'asking', dialog };
    }
    case 'PermissionGiven':
      return { kind: 'working' };
    case 'Stop':
      return { kind: 'turn-ended', backgroundTasks: 0 };
    case 'StopFailure':
      return {
        kind: 'failed',
        failure: 'permanent',
        message: textField(payload, 'error') ?? 'The demo agent failed.',
      };
    default:
      return undefined;
  }
}

/** It uses no tokens; zeros are the truth. */
async function usage(
  _request: AgentRequest,
  events: readonly HookEvent[],
): Promise<Usage | undefined> {
  if (!events.some(({ name }) => name === 'Stop')) return undefined;
  return { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
}

function textField(payload: unknown, key: string): string | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const value: unknown = Reflect.get(payload, key);
  return typeof value === 'string' ? value : undefined;
}
