/**
 * The built-in demo agent: a program with a text interface like those of agent CLIs, started in a
 * pane with `node main.ts '{"hook":[...],"scenario":"..."}'`. It is no model and says so.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { systemClock } from '../base/index.ts';
import { DemoAgent } from './demo-agent.ts';
import { plainScenario } from './plain-scenario.ts';
import type { Scenario } from './scenario.ts';

interface Options {
  /** Program and first arguments of the hook; empty: no hooks. */
  readonly hook: readonly string[];
  /** JSON of a scenario; absent: an agent that behaves. */
  readonly scenario?: string;
}

// Our own adapter wrote it; the part that comes from outside, the scenario, has a schema.
const options: Options = JSON.parse(process.argv[2] ?? '{"hook":[]}');
const scenario = await readScenario(options.scenario);
if (scenario !== undefined) {
  for (const name of scenario.ignore) process.on(name, () => note(scenario, 'signal', { name }));
  const agent = new DemoAgent({
    scenario,
    clock: systemClock,
    directory: process.cwd(),
    write: (text) => process.stdout.write(text),
    columns: () => process.stdout.columns || 80,
    hook: async (event, payload) => await callHook(options.hook, event, payload),
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
    const { parseScenario } = await import('./scenario.ts');
    return parseScenario(text);
  } catch (error) {
    process.stderr.write(`DEMO_AGENT is no scenario: ${String(error)}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

async function callHook(hook: readonly string[], event: string, payload: object): Promise<void> {
  const [program, ...rest] = hook;
  if (program === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const child = spawn(program, [...rest, event], { stdio: ['pipe', 'ignore', 'ignore'] });
  // A hook that fails must not fail the agent: its evidence is missing, as with any CLI.
  child.on('error', () => resolve());
  child.on('close', () => resolve());
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(payload));
  await promise;
}

function note({ log }: Scenario, event: string, facts: object = {}): void {
  if (log === undefined) return;
  appendFileSync(log, `${JSON.stringify({ at: systemClock.now(), event, ...facts })}\n`);
}

function forkKeeper(): void {
  const script = "trap '' HUP TERM; while :; do sleep 1; done";
  spawn('/bin/sh', ['-c', script], { stdio: 'inherit', detached: true }).unref();
}
