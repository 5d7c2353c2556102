import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import {
  CodedError,
  lineLog,
  type Log,
  makeDirectory,
  randomIds,
  systemClock,
  systemCode,
} from '../base/index.ts';
import {
  agentEnvironment,
  desktopEnvironment,
  type Config,
  loadConfig,
  openRuntimeDir,
  processInputs,
} from '../config/index.ts';
import { openSessions } from '../sessions/index.ts';
import { openStore } from '../store/index.ts';
import { listAdapterFileNames } from './adapter-file-names.ts';
import { App } from './app.ts';
import { lazyAgents } from './lazy-agents.ts';
import { adapterDir, builtInAgents, loadAgents } from './load-agents.ts';

export interface OpenOptions {
  /** Where everything is kept; left out: TMUX_BUILDER_DATA_DIR, then the user's data directory. */
  readonly dataDir?: string | undefined;
  /** Where log lines go; left out: standard error, from the configured level on. */
  readonly log?: Log | undefined;
}

/** Templates that come with the program, beside `src/` and `dist/`. */
const builtInTemplates = fileURLToPath(new URL('../../templates', import.meta.url));

/**
 * Open a data directory, making it when it is missing. Nothing runs until a job is executed or a
 * worker is started; several processes may have the same directory open.
 *
 * @throws {CodedError} the configuration is wrong (`config.*`), the directory cannot be used
 * (`data-dir.*`, `store.*`).
 */
export async function openApp(
  { dataDir, log }: OpenOptions = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<App> {
  const inputs = processInputs(dataDir);
  const config = await loadConfig(inputs);
  const ownLog = log ?? lineLog(config.logLevel, (line) => process.stderr.write(line), systemClock);
  await makeDataDir(config);

  const clock = systemClock;
  const ids = randomIds(clock);
  await using opened = new AsyncDisposableStack();
  const store = opened.use(
    await openStore({ path: join(config.dataDir, 'tmux-builder.db'), clock, ids }, signal),
  );
  const runtimeDir = await openRuntimeDir(config.runtimeDir, store.databaseId);
  const environment = agentEnvironment(inputs.env, config);
  const tools = { clock, ids, log: ownLog };
  const sessions = await openSessions({ store, dataDir: config.dataDir, ...tools }, signal);
  const own = await listAdapterFileNames(adapterDir(config), builtInAgents);
  const agents = lazyAgents(
    [...builtInAgents, ...own],
    async () => await loadAgents(config, { environment, own, clock, log: ownLog }),
  );
  const ctx = {
    ...tools,
    config,
    store,
    sessions,
    agents,
    agentEnvironment: environment,
    desktopEnvironment: desktopEnvironment(inputs.env),
    templateDirs: [join(config.dataDir, 'templates'), builtInTemplates],
    runtimeDir,
  };
  return new App(ctx, opened.move());
}

async function makeDataDir({ dataDir }: Config): Promise<void> {
  try {
    await makeDirectory(dataDir, 0o700);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new CodedError(
      'data-dir.not-usable',
      `The data directory ${dataDir} cannot be made (${code}).`,
      {
        facts: { dataDir, code },
        cause: error,
        todo: 'Name another one with --data-dir, or make it writable',
      },
    );
  }
}
