import type { App } from '../app/index.ts';
import { type Clock, type Log, logLevels, type LogLevel } from '../base/index.ts';
import type { Environment } from '../config/index.ts';
import type { Interrupts } from './interrupts.ts';
import type { Printer } from './printer.ts';
import { oneLine } from './text-width.ts';

/** What every command works with. */
export interface Door {
  readonly printer: Printer;
  readonly interrupts: Interrupts;
  readonly clock: Clock;
  readonly dataDir: string | undefined;
  readonly environment: Environment;
}

/** Open the data directory for a command that people watch: only warnings reach stderr. */
export async function openForCommand({ dataDir, printer, interrupts }: Door): Promise<App> {
  const { openApp } = await import('../app/index.ts');
  return await openApp({ dataDir, log: humanLog(printer) }, interrupts.signal);
}

/** Log lines for people: `tmux-builder: warn: text name=value`. */
export function humanLog(printer: Printer): Log {
  const { verbose, quiet } = printer.options;
  const lowest = logLevels.indexOf(verbose ? 'debug' : quiet ? 'error' : 'warn');
  const at = (level: LogLevel) => {
    if (logLevels.indexOf(level) < lowest) return () => {};
    return (text: string, facts: Readonly<Record<string, unknown>> = {}): void => {
      const words = Object.entries(facts).map(([name, value]) => `${name}=${show(value)}`);
      printer.note(printer.style('dim', oneLine([`${level}: ${text}`, ...words].join(' '))));
      const stacks = verbose ? Object.values(facts).flatMap(stackOf) : [];
      for (const stack of stacks) printer.note(printer.style('dim', stack));
    };
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function show(value: unknown): string {
  if (value instanceof Error) return value.message;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function stackOf(value: unknown): readonly string[] {
  return value instanceof Error && value.stack !== undefined ? [value.stack] : [];
}
