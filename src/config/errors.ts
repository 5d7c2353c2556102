import { CodedError, type CodedErrorOptions } from '../base/index.ts';

/** A value from the file or a variable is not among those allowed. */
export class ConfigValueError extends CodedError {
  /** `where` names the file or the variable, `key` is as written there. */
  constructor(where: string, key: string, value: unknown, allowed: string) {
    super(
      'config.bad-value',
      `${where}: ${key} is ${JSON.stringify(value) ?? String(value)}; allowed is ${allowed}.`,
      { todo: `Correct ${key}, or remove it to use the default`, facts: { where, key, value } },
    );
  }
}

/** The file or a command names a key that does not exist. */
export class ConfigUnknownKeyError extends CodedError {
  constructor(where: string, key: string, known: readonly string[]) {
    super('config.unknown-key', `${where}: there is no key ${JSON.stringify(key)}.`, {
      todo: `Use one of: ${known.join(', ')}`,
      facts: { where, key },
    });
  }
}

/** The config file cannot be read, is not YAML, or is not a list of keys and values. */
export class ConfigFileError extends CodedError {
  constructor(path: string, problem: string, options: CodedErrorOptions = {}) {
    super('config.bad-file', `${path}: ${problem}.`, {
      todo: 'Correct the file, or move it away to use the defaults',
      facts: { path },
      ...options,
    });
  }
}

/** The directory for tmux's sockets is not safe, or its path is too long for a socket. */
export class RuntimeDirError extends CodedError {
  constructor(path: string, problem: string, options: CodedErrorOptions = {}) {
    super('config.bad-runtime-dir', `The runtime directory ${path} ${problem}.`, {
      todo: 'Set TMUX_BUILDER_RUNTIME_DIR to a short path of a directory that only your user can write',
      facts: { path },
      ...options,
    });
  }
}
