import {
  about,
  type Config,
  type ConfigName,
  configNames,
  ConfigUnknownKeyError,
  fileKey,
  findConfigFile,
  findName,
  loadConfig,
  processInputs,
  setConfigKey,
  unsetConfigKey,
} from '../../config/index.ts';
import type { SettingView } from '../../contract/index.ts';
import type { Door } from '../door.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type Column, layOutTable } from '../table.ts';

/** Print every key of the configuration. */
export async function configList({ dataDir, printer }: Door): Promise<ExitCode> {
  const config = await loadConfig(processInputs(dataDir));
  const items = configNames.map((name) => ({ name, ...toSettingView(config, name) }));
  if (printer.json) {
    printer.value({ items: items.map(({ name: _name, ...item }) => item), next: null });
    return 0;
  }
  const columns: readonly Column<(typeof items)[number]>[] = [
    { title: 'KEY', text: ({ key }) => key },
    { title: 'VALUE', text: ({ value }) => show(value) },
    { title: 'FROM', text: (item) => item.source_name ?? item.source },
    { title: 'WHAT IT DECIDES', text: ({ name }) => about[name].text },
  ];
  printer.lines(layOutTable(columns, items, printer.width));
  return 0;
}

/** Print the value of one key. */
export async function configGet({ dataDir, printer }: Door, key: string): Promise<ExitCode> {
  const config = await loadConfig(processInputs(dataDir));
  const name = findName(key);
  if (name === undefined) {
    throw new ConfigUnknownKeyError(config.configFile, key, configNames.map(fileKey));
  }
  const setting = toSettingView(config, name);
  if (printer.json) printer.value(setting);
  else printer.lines([show(setting.value)]);
  return 0;
}

/** Write one value into the config file. */
export async function configSet(door: Door, key: string, value: string): Promise<ExitCode> {
  await setConfigKey(findConfigFile(processInputs(door.dataDir)), key, value);
  return await tellChange(door, key);
}

/** Remove one value from the config file. */
export async function configUnset(door: Door, key: string): Promise<ExitCode> {
  const path = findConfigFile(processInputs(door.dataDir));
  if (!(await unsetConfigKey(path, key))) door.printer.note(`${key} was not set in ${path}`);
  return await tellChange(door, key);
}

/** Print where the config file lies. */
export async function configPath({ dataDir, printer }: Door): Promise<ExitCode> {
  const path = findConfigFile(processInputs(dataDir));
  if (printer.json) printer.value({ path });
  else printer.lines([path]);
  return await Promise.resolve(0);
}

/** A variable may hide what the file says: show what holds now. */
async function tellChange({ dataDir, printer }: Door, key: string): Promise<ExitCode> {
  const config = await loadConfig(processInputs(dataDir));
  const name = findName(key);
  if (name === undefined) return 0;
  const setting = toSettingView(config, name);
  if (printer.json) printer.value(setting);
  else printer.note(`${key} is ${show(setting.value)} (${setting.source_name ?? setting.source})`);
  return 0;
}

function toSettingView(config: Config, name: ConfigName): SettingView {
  const source = config.sources[name];
  return {
    key: fileKey(name),
    value: config[name] ?? null,
    source: source.kind,
    source_name: source.kind === 'default' ? null : source.name,
  };
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
