import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodedError, hasCode, makeDirectory, systemCode } from '../../base/index.ts';
import type { DeploySettings } from '../settings.ts';
import { pong, protocol } from './control.ts';
import { callHost } from './host-client.ts';
import {
  controlSocket,
  defaultStartLimitMs,
  hostLogPath,
  type HostSettings,
  OTHER_HOST,
} from './host-settings.ts';
import { listStates, sitesDir } from './site-state.ts';

/** `.ts` when we run from the sources, `.js` when compiled. */
const extension = extname(import.meta.filename);
const program = fileURLToPath(new URL(`main${extension}`, import.meta.url));

const LIMIT_MS = 30_000;
const LONGEST_PAUSE_MS = 200;
const LOG_BYTES = 1_000_000;

/**
 * Start the process that serves local sites when there are some and it does not run. It goes on
 * when this one ends.
 *
 * @throws {CodedError} `deploy.no-host`: it cannot be started. `signal.reason` when aborted.
 */
export async function ensureSiteHost(settings: DeploySettings, signal: AbortSignal): Promise<void> {
  // The host tells of those that cannot be read; whoever keeps it running would each time.
  const states = await listStates(settings.dataDir, () => {});
  if (states.length > 0) await startSiteHost(settings, signal);
}

/** The same, also when there are no sites yet. */
export async function startSiteHost(settings: DeploySettings, signal: AbortSignal): Promise<void> {
  using limit = settings.clock.deadline(LIMIT_MS, new Error('the site host does not answer'));
  try {
    await untilAnswer(settings, AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    signal.throwIfAborted();
    throw limit.signal.aborted ? await noHost(settings, `no answer in ${LIMIT_MS} ms`) : error;
  }
}

async function untilAnswer(settings: DeploySettings, signal: AbortSignal): Promise<void> {
  let started: ChildProcess | undefined;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const found = await ping(settings, signal);
    if (found?.protocol === protocol) return;
    // One of another version of this program: what it serves is served by the next one.
    if (found !== undefined) await stop(settings, signal);
    if (started === undefined || started.exitCode === OTHER_HOST) started = await start(settings);
    else if (started.pid === undefined) throw await noHost(settings, 'Node.js cannot be run');
    else if (started.exitCode !== null || started.signalCode !== null) {
      throw await noHost(settings, `it ended with ${started.exitCode ?? started.signalCode}`);
    }
    await settings.clock.after(pauseMs, signal);
  }
}

/** Where a site host is found. */
export type HostPlace = Pick<DeploySettings, 'runtimeDir' | 'clock'>;

/** End the site host, if one runs, and wait until it is gone; its sites stay on disk. */
export async function stopSiteHost(place: HostPlace, signal: AbortSignal): Promise<void> {
  await stop(place, signal);
  for (let pauseMs = 10; (await ping(place, signal)) !== undefined; pauseMs *= 2) {
    await place.clock.after(Math.min(pauseMs, LONGEST_PAUSE_MS), signal);
  }
}

async function ping(
  place: HostPlace,
  signal: AbortSignal,
): Promise<{ readonly protocol: number } | undefined> {
  return await ifThere(async () =>
    pong.parse(await callHost(controlSocket(place), { action: 'ping' }, () => {}, signal)),
  );
}

async function stop(place: HostPlace, signal: AbortSignal): Promise<void> {
  await ifThere(
    async () => await callHost(controlSocket(place), { action: 'stop' }, () => {}, signal),
  );
}

async function ifThere<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (hasCode(error, 'deploy.host-gone')) return undefined;
    throw error;
  }
}

async function start(settings: DeploySettings): Promise<ChildProcess> {
  const { dataDir, runtimeDir, firstPort, environment, startLimitMs } = settings;
  await makeDirectory(sitesDir(dataDir), 0o700);
  const told: HostSettings = {
    dataDir,
    runtimeDir,
    firstPort,
    environment,
    startLimitMs: startLimitMs ?? defaultStartLimitMs,
  };
  await using hostLog = await openLog(hostLogPath(settings));
  const child = spawn(process.execPath, [program, JSON.stringify(told)], {
    cwd: '/',
    env: environment,
    stdio: ['ignore', 'ignore', hostLog.fd],
    detached: true,
  });
  // Its absence shows by its pid and exit code.
  child.once('error', (error) => settings.log.error('the site host cannot start', { error }));
  child.unref();
  return child;
}

async function openLog(path: string): ReturnType<typeof open> {
  try {
    if ((await stat(path)).size > LOG_BYTES) await rename(path, `${path}.1`);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  return await open(path, 'a', 0o600);
}

async function noHost(settings: DeploySettings, reason: string): Promise<CodedError> {
  const path = hostLogPath(settings);
  const text = await readFile(path, 'utf8').catch(() => '');
  const end = text.slice(-1_000).trim();
  return new CodedError(
    'deploy.no-host',
    `The process that serves local sites cannot be started: ${reason}.`,
    { facts: { reason, end }, todo: `Read the end of ${path}` },
  );
}
