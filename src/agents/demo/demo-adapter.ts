import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from '../../base/index.ts';
import type { Adapter, HookEvent, Launch, LaunchTools, Meaning, ModelUsage } from '../adapter.ts';
import type { AgentInstallation, AgentRequest, Answer, Dialog } from '../agent.ts';
import { findResetTime } from '../reset-time.ts';
import { readDemoScreen, waitsForAnswers } from './read-demo-screen.ts';

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
  interruptKeys: ['Escape'],
  clearKeys: ['C-u'],
  detect,
  launch,
  readScreen: readDemoScreen,
  readEvent,
  usage,
  findConversation,
  reply: replyTo,
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

async function launch(request: AgentRequest, { hookArgv, askArgv }: LaunchTools): Promise<Launch> {
  const { environment, homeDir, resume, runId } = request;
  const own = join(homeDir, 'agent', 'conversation.jsonl');
  const conversation = resume ?? own;
  const scenario = environment['DEMO_AGENT'];
  const ask = waitsForAnswers(request) ? askArgv : undefined;
  // The run id of a job's agent is `<job>.<attempt>.<nonce>`.
  const attempt = Number(runId.split('.')[1]) || undefined;
  const options = JSON.stringify({ hook: hookArgv, ask, attempt, scenario, conversation });
  return {
    argv: [process.execPath, program, options],
    environment: extension === '.ts' ? { NODE_COMPILE_CACHE: compileCache } : {},
    files: resume === undefined ? [{ path: own, content: '' }] : [],
  };
}

/** The file in which it keeps what was said, once something was. */
async function findConversation(
  _request: AgentRequest,
  events: readonly HookEvent[],
): Promise<string | undefined> {
  const path = textField(events.at(-1)?.payload, 'conversation');
  if (path === undefined || !(await exists(path))) return undefined;
  return (await stat(path)).size > 0 ? path : undefined;
}

function readEvent({ name, at, payload, reply }: HookEvent): Meaning | undefined {
  switch (name) {
    case 'SessionStart':
      return { kind: 'session-started' };
    case 'UserPromptSubmit':
      return { kind: 'prompt-submitted', text: textField(payload, 'prompt') };
    case 'PermissionRequest': {
      if (reply === undefined) return { kind: 'working' };
      const question = textField(payload, 'question') ?? '';
      const subject = textField(payload, 'subject') ?? '';
      const tool = { name: 'Write', subject, kind: 'path' } as const;
      const choices = ['Allow', 'Deny'];
      return { kind: 'asking', dialog: { kind: 'permission', question, choices, tool, reply } };
    }
    case 'Question': {
      if (reply === undefined) return { kind: 'working' };
      const question = textField(payload, 'question') ?? '';
      return { kind: 'asking', dialog: { kind: 'question', question, choices: COLOURS, reply } };
    }
    case 'PermissionGiven':
      return { kind: 'working' };
    case 'Stop':
      return { kind: 'turn-ended', backgroundTasks: 0 };
    case 'UsageLimit': {
      const message = textField(payload, 'said') ?? '';
      const retryAt = findResetTime(message, { now: at });
      return { kind: 'failed', failure: 'quota', message, retryAt };
    }
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

const COLOURS = ['Red', 'Blue'];

/** What its hook prints: the text of a choice, or any other. */
function replyTo(answer: Answer, { kind, choices }: Dialog): string | undefined {
  switch (answer.kind) {
    case 'allow':
      return kind === 'permission' ? JSON.stringify({ answer: 'Allow' }) : undefined;
    case 'deny':
      return JSON.stringify({ answer: 'Deny', message: answer.message });
    case 'choice':
      return answer.choice in choices
        ? JSON.stringify({ answer: choices[answer.choice] })
        : undefined;
    case 'text':
      return kind === 'question' ? JSON.stringify({ answer: answer.text }) : undefined;
    default:
      return answer satisfies never;
  }
}

/** It uses no tokens; what it pretends to use for a test it says with each prompt. */
async function usage(
  _request: AgentRequest,
  events: readonly HookEvent[],
): Promise<readonly ModelUsage[] | undefined> {
  const prompts = events.filter(({ name }) => name === 'UserPromptSubmit');
  if (prompts.length === 0) return undefined;
  return prompts.map(({ payload }) => {
    const said = field(payload, 'usage');
    const tokens = field(said, 'input_tokens');
    const inputTokens = typeof tokens === 'number' ? tokens : 0;
    const rest = { outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    return { model: textField(said, 'model'), inputTokens, ...rest };
  });
}

function textField(payload: unknown, key: string): string | undefined {
  const value = field(payload, key);
  return typeof value === 'string' ? value : undefined;
}

function field(payload: unknown, key: string): unknown {
  if (typeof payload !== 'object' || payload === null) return undefined;
  return Reflect.get(payload, key);
}
