export { agentEnvironment, desktopEnvironment } from './agent-environment.ts';
export { setConfigKey, unsetConfigKey } from './config-file.ts';
export {
  ConfigFileError,
  ConfigUnknownKeyError,
  ConfigValueError,
  RuntimeDirError,
} from './errors.ts';
export { about, type ConfigName, configNames, fileKey, findName, variableOf } from './keys.ts';
export {
  type Config,
  type ConfigInputs,
  type ConfigSource,
  type Environment,
  findConfigFile,
  loadConfig,
  processInputs,
} from './load-config.ts';
export { openRuntimeDir } from './runtime-dir.ts';
