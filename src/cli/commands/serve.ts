import { fileURLToPath } from 'node:url';
import { type App, openApp } from '../../app/index.ts';
import { type Log, lineLog, randomIds } from '../../base/index.ts';
import { checkBind, loadTls, type ServerOptions, startServer } from '../../server/index.ts';
import { type Door, humanLog } from '../door.ts';
import { UsageError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Printer } from '../printer.ts';
import { ownVersion } from '../version.ts';

export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly concurrency?: number;
  /** False with `--no-worker`. */
  readonly worker: boolean;
  readonly behindProxy?: boolean;
  readonly origin?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/**
 * Serve the API and the dashboard, and do queued jobs, until a signal comes. Then requests are
 * finished and agents left to the next worker; a second signal leaves at once.
 */
export async function serve(door: Door, options: ServeOptions): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const stop = Promise.withResolvers<void>();
  await using app = await openApp({ dataDir: door.dataDir, log: ownLog(door) }, interrupts.signal);
  const { config } = app;
  const concurrency = options.concurrency ?? config.concurrency;
  const settings = await settingsOf(door, app, options);
  const hasAdmin = !(await app.accounts.needsFirstAdmin(interrupts.signal));
  const { host, tls, isBehindProxy } = settings;
  checkBind({ host, hasAdmin, hasTls: tls !== undefined, isBehindProxy });
  await using server = await startServer(app, settings);
  await using working = options.worker
    ? await app.startWorker({ concurrency }, interrupts.signal)
    : undefined;
  // Sites' agents are asked by jobs: without a worker nobody would do them here.
  await using _sites = options.worker ? await app.sites.startRunner(interrupts.signal) : undefined;
  using _listening = interrupts.listen((name, count) => {
    if (count > 1) interrupts.leave();
    printer.note(`${name}: ${STOPPING}`);
    stop.resolve();
  });
  const path = hasAdmin ? undefined : await app.accounts.firstAdminLink(interrupts.signal);
  tellStart(printer, {
    url: server.url,
    port: server.port,
    pid: process.pid,
    data_dir: config.dataDir,
    concurrency: working === undefined ? 0 : concurrency,
    first_admin_url: path === undefined ? null : `${settings.origins[0] ?? server.url}${path}`,
  });
  await stop.promise;
  await server.drain(config.serverDrainMs);
  return 0;
}

const STOPPING = 'finishing requests; the agents go on, and the next worker takes them over.';

/** A server logs as its configuration says, unless the command line says otherwise. */
function ownLog({ printer }: Door): Log | undefined {
  const { quiet, verbose } = printer.options;
  return quiet || verbose ? humanLog(printer) : undefined;
}

async function settingsOf(door: Door, app: App, options: ServeOptions): Promise<ServerOptions> {
  const { config } = app;
  const { clock } = door;
  const certPath = options.tlsCert ?? config.serverTlsCert;
  const keyPath = options.tlsKey ?? config.serverTlsKey;
  if ((certPath === undefined) !== (keyPath === undefined)) {
    throw new UsageError('TLS needs a certificate and its key.', 'Give --tls-cert and --tls-key');
  }
  return {
    host: options.host ?? config.serverHost,
    port: options.port ?? config.serverPort,
    origins: [...(options.origin ?? []), ...config.serverOrigins],
    tls:
      certPath === undefined || keyPath === undefined
        ? undefined
        : await loadTls(certPath, keyPath),
    isBehindProxy: options.behindProxy ?? config.serverBehindProxy,
    rates: {
      logins: config.serverLoginsPerMinute,
      reads: config.serverReadsPerMinute,
      writes: config.serverWritesPerMinute,
    },
    dashboardDir,
    version: ownVersion(),
    isStrict: false,
    clock,
    ids: randomIds(clock),
    log: ownLog(door) ?? lineLog(config.logLevel, (line) => process.stderr.write(line), clock),
  };
}

/** Where `script/build-web` puts it; in a published package it lies in `dist`. */
const dashboardDir = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../web/dist' : '../../web', import.meta.url),
);

interface Start {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly data_dir: string;
  readonly concurrency: number;
  readonly first_admin_url: string | null;
}

function tellStart(printer: Printer, start: Start): void {
  if (printer.json) {
    printer.value({ kind: 'server.started', ...start });
    return;
  }
  const { url, pid, data_dir: dir, concurrency, first_admin_url: first } = start;
  const work = concurrency === 0 ? 'does no jobs' : `${concurrency} jobs at once`;
  printer.lines([`server: ${url}`, `        ${dir}, ${work}, pid ${pid}`]);
  if (first !== null) {
    printer.lines(['', 'Nobody can log in yet. Open this link once and choose a password:', first]);
  }
}
