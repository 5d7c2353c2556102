import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { App } from '../src/app/index.ts';
import { type Clock, findByEnvironment, isRunning } from '../src/base/index.ts';
import type { Random } from './random.ts';
import type { Workers } from './workers.ts';

/** What is done to the program from outside, and how often. */
export type HavocCounts = Record<string, number>;

interface HavocTools {
  readonly app: App;
  readonly workers: Workers;
  readonly random: Random;
  readonly clock: Clock;
  readonly leaseMs: number;
}

/**
 * Kill and stop things of the program at random until aborted: its workers, the tmux servers of
 * its agents, the agents. Every process is one that the program under test started.
 */
export async function wreakHavoc(tools: HavocTools, signal: AbortSignal): Promise<HavocCounts> {
  const { random, clock } = tools;
  const counts: HavocCounts = {};
  const deeds = [killWorker, killTmux, killAgent, stopAgent, stopWorker, removeSocket] as const;
  const lasting = new Set<Promise<void>>();
  while (!signal.aborted) {
    await clock.after(random.between(200, 1_500), signal).catch(() => {});
    const deed = random.pick(deeds);
    if (signal.aborted || deed === undefined) break;
    // Some last: meanwhile other things break.
    const doIt = async (): Promise<void> => {
      if (await deed(tools, signal)) counts[deed.name] = (counts[deed.name] ?? 0) + 1;
    };
    const done = doIt();
    lasting.add(done);
    void done.finally(() => lasting.delete(done));
  }
  await Promise.all(lasting);
  return counts;
}

async function killWorker({ workers, random }: HavocTools): Promise<boolean> {
  const victim = random.pick(workers.running);
  return victim !== undefined && signalTo(victim, 'SIGKILL');
}

/** Past its lease, and then on: what it writes afterwards must be refused. */
async function stopWorker(
  { workers, random, clock, leaseMs }: HavocTools,
  signal: AbortSignal,
): Promise<boolean> {
  const victim = random.pick(workers.running);
  if (victim === undefined || !signalTo(victim, 'SIGSTOP')) return false;
  await clock.after(leaseMs * 2, signal).catch(() => {});
  return signalTo(victim, 'SIGCONT');
}

async function killTmux({ app, random }: HavocTools): Promise<boolean> {
  const address = (await liveAttempt(app, random))?.address;
  if (address === undefined || !(await isRunning(address.server))) return false;
  return kill(address.server.pid, 'SIGKILL');
}

async function killAgent({ app, random }: HavocTools): Promise<boolean> {
  return await signalAgent(app, random, 'SIGKILL');
}

async function stopAgent({ app, random }: HavocTools): Promise<boolean> {
  return await signalAgent(app, random, 'SIGSTOP');
}

async function removeSocket({ app, random }: HavocTools): Promise<boolean> {
  const attempt = await liveAttempt(app, random);
  if (attempt === undefined) return false;
  await rm(dirname(attempt.socketPath), { recursive: true, force: true });
  return true;
}

async function signalAgent(app: App, random: Random, name: NodeJS.Signals): Promise<boolean> {
  const attempt = await liveAttempt(app, random);
  if (attempt === undefined) return false;
  const victim = random.pick(findByEnvironment('TMUX_BUILDER_RUN', attempt.runId));
  return victim !== undefined && kill(victim.pid, name);
}

async function liveAttempt(app: App, random: Random) {
  const { items } = await app.listJobs({ statuses: ['running'], limit: 500 });
  const job = random.pick(items);
  const attempt = job && (await app.listAttempts(job.id)).at(-1);
  return attempt?.state === 'ended' ? undefined : attempt;
}

function signalTo(child: ChildProcess, name: NodeJS.Signals): boolean {
  return child.kill(name);
}

function kill(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // It ended a moment ago.
    return false;
  }
}
