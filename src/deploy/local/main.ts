/**
 * The site host: serves the local sites of one data directory until it has none, or is told to
 * end by SIGTERM. Its one argument is `HostSettings` as JSON; its log goes to standard error.
 */
import { stat } from 'node:fs/promises';
import { lineLog, randomIds, systemClock, systemCode } from '../../base/index.ts';
import { ControlServer } from './control-server.ts';
import { takeHostLock } from './host-lock.ts';
import { controlSocket, hostSettings, lockPath, OTHER_HOST } from './host-settings.ts';
import { SiteHost } from './site-host.ts';

const LOOK_MS = 500;
/** Without sites it ends after so many looks. */
const IDLE_LOOKS = 4;

const settings = hostSettings.parse(JSON.parse(process.argv[2] ?? ''));
const clock = systemClock;
/** It is moved away only when a host starts: what one host says is bounded. */
const LOG_CHARACTERS = 4_000_000;
let said = 0;
const log = lineLog(
  'info',
  (line) => {
    said += line.length;
    if (said < LOG_CHARACTERS) process.stderr.write(line);
  },
  clock,
);

using lock = takeHostLock(lockPath(settings));
if (lock === undefined) process.exitCode = OTHER_HOST;
else await serve();

/** Which file the lock is; undefined when there is none. */
async function lockFile(): Promise<number | undefined> {
  try {
    return (await stat(lockPath(settings))).ino;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function serve(): Promise<void> {
  const stop = Promise.withResolvers<void>();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.resolve());
  process.on('SIGHUP', () => {});
  await using host = await SiteHost.open({ ...settings, clock, ids: randomIds(clock), log });
  const options = { socketPath: controlSocket(settings), host, log, onStop: stop.resolve };
  await using open = new AsyncDisposableStack();
  const control = open.use(await ControlServer.open(options));
  const ownLock = await lockFile();
  let idleLooks = 0;
  const look = async (): Promise<void> => {
    idleLooks = host.isEmpty && control.isIdle ? idleLooks + 1 : 0;
    // The data directory was removed, or nobody can reach us: the next one begins anew.
    const isLost = (await lockFile()) !== ownLock || !(await control.isReachable());
    if (isLost || idleLooks >= IDLE_LOOKS) stop.resolve();
  };
  using _looking = clock.every(LOOK_MS, () => {
    look().catch((error: unknown) => log.error('the site host cannot look around', { error }));
  });
  log.info('the site host serves', { pid: process.pid });
  await stop.promise;
  log.info('the site host ends');
}
