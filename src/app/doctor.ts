import { access, constants, statfs } from 'node:fs/promises';
import { findRecorder } from '../agents/index.ts';
import { CodedError } from '../base/index.ts';
import { findBrowser } from '../checks/index.ts';
import { countByStatus, countLeft } from '../jobs/index.ts';
import { findTmux } from '../tmux/index.ts';
import type { AppContext } from './context.ts';

export interface Check {
  readonly name: string;
  readonly result: 'ok' | 'warning' | 'failed';
  /** What was found. */
  readonly detail: string;
  /** What to do about it, unless it is fine. */
  readonly todo: string | undefined;
}

const LEAST_NODE = [24, 15] as const;
const LITTLE_DISK_BYTES = 1024 ** 3;

/** Look at everything a job needs, one result a thing; changes nothing. */
export async function examine(ctx: AppContext, signal: AbortSignal): Promise<readonly Check[]> {
  const agents = await Promise.all(
    ctx.agents.names
      .filter((name) => name !== 'command')
      .map(async (name) => await checkAgent(ctx, name, signal)),
  );
  return [
    checkNode(process.versions.node),
    await checkTmux(ctx, signal),
    await checkDataDir(ctx.config.dataDir),
    await checkDisk(ctx.config.dataDir),
    ok('sockets', `in ${ctx.runtimeDir}`),
    await checkRecorder(ctx),
    await checkBrowser(ctx),
    await checkQueue(ctx, signal),
    ...agents,
  ];
}

function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor))
    return ok('node', version);
  const todo = `Install Node ${LEAST_NODE.join('.')} or later`;
  return { name: 'node', result: 'failed', detail: `${version} is too old`, todo };
}

async function checkTmux({ agentEnvironment }: AppContext, signal: AbortSignal): Promise<Check> {
  try {
    const { path, version } = await findTmux({ environment: agentEnvironment }, signal);
    return ok('tmux', `${version.text} at ${path}`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { name: 'tmux', result: 'failed', detail: error.message, todo: error.todo };
  }
}

async function checkDataDir(dataDir: string): Promise<Check> {
  try {
    await access(dataDir, constants.W_OK);
    return ok('data directory', dataDir);
  } catch {
    const todo = 'Make it writable, or name another one with --data-dir';
    return { name: 'data directory', result: 'failed', detail: `${dataDir} is read-only`, todo };
  }
}

async function checkDisk(dataDir: string): Promise<Check> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  if (free >= LITTLE_DISK_BYTES) return ok('disk', detail);
  const todo = 'Free some space; a job that meets a full disk fails and can be retried';
  return { name: 'disk', result: 'warning', detail, todo };
}

async function checkRecorder({ agentEnvironment }: AppContext): Promise<Check> {
  const perl = await findRecorder(agentEnvironment);
  if (perl !== undefined) return ok('recordings', `with their times, by ${perl}`);
  const detail = 'without times, and only the beginning of long ones: there is no perl';
  const todo = 'Install perl; the small perl-base of Debian is enough';
  return { name: 'recordings', result: 'warning', detail, todo };
}

/** Sites alone need it, and do without its checks: never more than a warning. */
async function checkBrowser({ config, agentEnvironment }: AppContext): Promise<Check> {
  const warning = { name: 'browser', result: 'warning' } as const;
  const { browserPath } = config;
  try {
    const path = await findBrowser({ browserPath, searchPath: agentEnvironment['PATH'] ?? '' });
    if (path !== undefined) return ok('browser', `${path} checks sites`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { ...warning, detail: error.message, todo: error.todo };
  }
  const detail = 'none: sites are made without screenshots and tests';
  return { ...warning, detail, todo: 'Install Chromium or Chrome, or set browser_path' };
}

async function checkQueue({ store, clock }: AppContext, signal: AbortSignal): Promise<Check> {
  const counts = await store.read(countByStatus, signal);
  const left = await countLeft(store, clock.now(), signal);
  if (left > 0) {
    const detail = `${left} running without a worker: the program that did them has ended`;
    const todo = 'Go on with them: tmux-builder worker';
    return { name: 'jobs', result: 'warning', detail, todo };
  }
  const detail = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
  return ok('jobs', detail === '' ? 'none yet' : detail);
}

async function checkAgent(
  { agents }: AppContext,
  name: string,
  signal: AbortSignal,
): Promise<Check> {
  const { isFound, version, readiness, problem, todo } = await agents.detect(name, signal);
  const label = `agent ${name}`;
  if (!isFound) return { name: label, result: 'warning', detail: 'not installed', todo };
  const detail = [version, problem].filter((part) => part !== undefined).join('; ');
  if (readiness === 'no') return { name: label, result: 'failed', detail, todo };
  return { name: label, result: problem === undefined ? 'ok' : 'warning', detail, todo };
}

function ok(name: string, detail: string): Check {
  return { name, result: 'ok', detail, todo: undefined };
}
