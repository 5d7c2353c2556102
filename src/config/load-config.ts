import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { readConfigFile } from './config-file.ts';
import { ConfigValueError } from './errors.ts';
import {
  about,
  type ConfigName,
  configNames,
  type ConfigValues,
  schema,
  variableOf,
} from './keys.ts';
import { checkValue, parseText } from './read-value.ts';
import { defaultRuntimeDir } from './runtime-dir.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `name` is the file's path, the variable, or the flag. */
export type ConfigSource =
  | { readonly kind: 'default' }
  | { readonly kind: 'file' | 'environment' | 'flag'; readonly name: string };

export interface Config extends ConfigValues {
  /** See `findConfigFile`. */
  readonly configFile: string;
  /** Where each value came from. */
  readonly sources: Readonly<Record<ConfigName, ConfigSource>>;
}

export interface ConfigInputs {
  /** The value of `--data-dir`. */
  readonly argvDataDir?: string | undefined;
  readonly env: Environment;
  readonly homedir: string;
  readonly cwd: string;
}

interface Found {
  readonly value: unknown;
  readonly source: ConfigSource;
}

/** Where the configuration of this process comes from; the only reader of `process.env`. */
export function processInputs(argvDataDir?: string): ConfigInputs {
  // oxlint-disable-next-line no-restricted-properties -- this folder is where it is read
  return { argvDataDir, env: process.env, homedir: homedir(), cwd: process.cwd() };
}

/**
 * Read the configuration once: flag, then TMUX_BUILDER_ variables, then the variables of the
 * documents this program began with, then the file, then defaults. A set variable that is empty
 * counts as not set. Makes no directory.
 *
 * @throws {ConfigFileError} {ConfigUnknownKeyError} {ConfigValueError} naming file or variable,
 * key, value and what is allowed.
 */
export async function loadConfig(inputs: ConfigInputs): Promise<Config> {
  const dataDir = findDataDir(inputs);
  const configFile = configFileIn(dataDir.value);
  const inFile = await readConfigFile(configFile);

  const found = new Map<ConfigName, Found>([['dataDir', dataDir]]);
  for (const config of configNames.filter((one) => one !== 'dataDir')) {
    const value = findInEnvironment(config, inputs.env) ?? findInMap(config, inFile, configFile);
    if (value !== undefined) found.set(config, value);
  }
  const runtimeDir = found.get('runtimeDir') ?? (await defaultRuntimeDir(inputs.env));
  found.set('runtimeDir', { ...runtimeDir, value: resolve(inputs.cwd, String(runtimeDir.value)) });

  const values = schema.parse(
    Object.fromEntries(Array.from(found, ([config, { value }]) => [config, value])),
  );
  checkHeartbeat(values, found.get('heartbeatMs') ?? found.get('leaseMs'));
  return Object.freeze({ ...values, configFile, sources: sourcesOf(found) });
}

/**
 * Find the config file without reading it, so that a command can mend one that is wrong. It need
 * not exist.
 */
export function findConfigFile(inputs: ConfigInputs): string {
  return configFileIn(findDataDir(inputs).value);
}

function configFileIn(dataDir: string): string {
  return join(dataDir, 'config.yaml');
}

function findDataDir({ argvDataDir, env, homedir, cwd }: ConfigInputs): {
  readonly value: string;
  readonly source: ConfigSource;
} {
  const variable = variableOf('dataDir');
  const own = env[variable] ?? '';
  const data = env['XDG_DATA_HOME'] ?? '';
  if (argvDataDir !== undefined) {
    checkValue('dataDir', argvDataDir, '--data-dir');
    return { value: resolve(cwd, argvDataDir), source: { kind: 'flag', name: '--data-dir' } };
  }
  if (own !== '')
    return { value: resolve(cwd, own), source: { kind: 'environment', name: variable } };
  // The XDG base directory specification says to ignore a relative path.
  if (isAbsolute(data)) {
    const source: ConfigSource = { kind: 'environment', name: 'XDG_DATA_HOME' };
    return { value: join(data, 'tmux-builder'), source };
  }
  return {
    value: join(homedir, '.local', 'share', 'tmux-builder'),
    source: { kind: 'default' },
  };
}

function findInEnvironment(config: ConfigName, env: Environment): Found | undefined {
  for (const variable of [variableOf(config), about[config].alias ?? '']) {
    const text = env[variable] ?? '';
    if (text === '') continue;
    const value = parseText(config, text);
    checkValue(config, value, variable);
    return { value, source: { kind: 'environment', name: variable } };
  }
  return undefined;
}

function findInMap(
  config: ConfigName,
  values: ReadonlyMap<ConfigName, unknown>,
  path: string,
): Found | undefined {
  return values.has(config)
    ? { value: values.get(config), source: { kind: 'file', name: path } }
    : undefined;
}

/** A lease must survive one lost heartbeat. */
function checkHeartbeat({ heartbeatMs, leaseMs }: ConfigValues, found: Found | undefined): void {
  if (heartbeatMs * 2 <= leaseMs) return;
  const allowed = `at most half of lease_ms, which is ${leaseMs}`;
  const { source } = found ?? { source: { kind: 'default' } };
  const where = source.kind === 'default' ? 'defaults' : source.name;
  throw new ConfigValueError(where, 'heartbeat_ms', heartbeatMs, allowed);
}

function sourcesOf(found: ReadonlyMap<ConfigName, Found>): Config['sources'] {
  const source = (config: ConfigName): ConfigSource =>
    found.get(config)?.source ?? { kind: 'default' };
  return Object.freeze(mapNames(source));
}

function mapNames<T>(make: (config: ConfigName) => T): Record<ConfigName, T> {
  const made = Object.fromEntries(configNames.map((config) => [config, make(config)]));
  if (!hasEveryName(made)) throw new TypeError('a key has no source');
  return made;
}

function hasEveryName<T>(made: Record<string, T>): made is Record<ConfigName, T> {
  return configNames.every((config) => config in made);
}
