import type { Clock } from './clock.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

type Facts = Readonly<Record<string, unknown>>;

/** Fixed text plus facts as fields. Neither prompts nor secrets belong in either. */
export interface Log {
  debug(text: string, facts?: Facts): void;
  info(text: string, facts?: Facts): void;
  warn(text: string, facts?: Facts): void;
  error(text: string, facts?: Facts): void;
}

/** Log one JSON object a line: `{"at","level","text",...facts}`. */
export function lineLog(level: LogLevel, write: (line: string) => void, clock: Clock): Log {
  const lowest = logLevels.indexOf(level);
  const at = (own: LogLevel) => {
    if (logLevels.indexOf(own) < lowest) return () => {};
    return (text: string, facts: Facts = {}): void => {
      const record = { at: clock.now(), level: own, text, ...facts };
      write(`${JSON.stringify(record, replaceError)}\n`);
    };
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** JSON.stringify shows an Error as `{}`: give its code, message and stack instead. */
function replaceError(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const code = 'code' in value ? value.code : undefined;
  return { code, message: value.message, stack: value.stack, cause: value.cause };
}
