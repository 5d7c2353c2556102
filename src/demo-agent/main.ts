/**
 * The built-in demo agent: a program with a text interface like those of agent CLIs, started in a
 * pane with `node main.ts '{"hook":[...],"scenario":"..."}'`. It is no model and says so.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { systemClock } from '../base/index.ts';
import { Conversation } from './conversation.ts';
import { DemoAgent } from './demo-agent.ts';
import { plainScenario } from './plain-scenario.ts';
import type { Scenario } from './scenario.ts';

interface Options {
  /** Program and first arguments of the hook; empty: no hooks. */
  readonly hook: readonly string[];
  /** The same for a hook that waits for an answer; absent: the question only shows. */
  readonly ask?: readonly string[];
  /** Number of the attempt that it works for; absent: it works for none. */
  readonly attempt?: number;
  /** JSON of a scenario; absent: an agent that behaves. */
  readonly scenario?: string;
  /** Absolute path of a file that exists: what was said so far, to go on with. */
  readonly conversation: string;
}

// Our own adapter wrote it; the part that comes from outside, the scenario, has a schema.
const options: Options = JSON.parse(process.argv[2] ?? '{"hook":[],"conversation":"/dev/null"}');
const scenario = await readScenario(options.scenario);
const conversation = openConversation(options.conversation);
if (scenario !== undefined && conversation !== undefined) {
  for (const name of scenario.ignore) process.on(name, () => note(scenario, 'signal', { name }));
  const agent = new DemoAgent({
    scenario,
    conversation,
    clock: systemClock,
    directory: process.cwd(),
    write: (text) => process.stdout.write(text),
    columns: () => process.stdout.columns || 80,
    hook: async (event, payload) => void (await callHook(options.hook, event, payload)),
    ask: async (event, payload, signal) =>
      await callHook(options.ask ?? options.hook, event, payload, signal),
    log: (event, facts) => note(scenario, event, facts),
    exit: (status) => process.exit(status),
    raise: (signal) => process.kill(process.pid, signal),
  });
  // The terminal may go away before us; what we print then is for nobody.
  process.stdout.on('error', () => {});
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
  process.stdin.on('data', (bytes: Buffer) => agent.read(bytes));
  if (scenario.fork) forkKeeper();
  await agent.start();
  // Loaded while nobody waits; and kept now, because nobody lets an agent end by itself.
  await import('./do-work.ts');
  flushCompileCache();
}

async function readScenario(text: string | undefined): Promise<Scenario | undefined> {
  if (text === undefined) return plainScenario;
  try {
    const { parseScenario, readScenarioOf } = await import('./scenario.ts');
    return text.startsWith('@')
      ? await readScenarioOf(text.slice(1), options.attempt ?? 1)
      : parseScenario(text);
  } catch (error) {
    process.stderr.write(`DEMO_AGENT is no scenario: ${String(error)}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

function openConversation(path: string): Conversation | undefined {
  try {
    return Conversation.open(path);
  } catch (error) {
    process.stderr.write(`No conversation to go on with: ${String(error)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

/** Resolves with what it printed. One that fails must not fail the agent, as with any CLI. */
// oxlint-disable-next-line max-params -- which, what of, with what, until when
async function callHook(
  hook: readonly string[],
  event: string,
  payload: object,
  signal?: AbortSignal,
): Promise<string> {
  const [program, ...rest] = hook;
  if (program === undefined) return '';
  const { promise, resolve } = Promise.withResolvers<string>();
  const child = spawn(program, [...rest, event], { stdio: ['pipe', 'pipe', 'ignore'], signal });
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  child.on('error', () => resolve(''));
  child.on('close', () => resolve(printed));
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(payload));
  return await promise;
}

function note({ log }: Scenario, event: string, facts: object = {}): void {
  if (log === undefined) return;
  appendFileSync(log, `${JSON.stringify({ at: systemClock.now(), event, ...facts })}\n`);
}

function forkKeeper(): void {
  const script = "trap '' HUP TERM; while :; do sleep 1; done";
  spawn('/bin/sh', ['-c', script], { stdio: 'inherit', detached: true }).unref();
}
