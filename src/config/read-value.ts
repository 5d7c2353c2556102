import { ConfigValueError } from './errors.ts';
import type { ValueKind } from './key-parts.ts';
import { about, type ConfigName, fileKey, schema } from './keys.ts';

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const readers: Readonly<Record<ValueKind, (text: string) => unknown>> = {
  number: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
  decimal: (text) => (/^-?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : text),
  boolean: (text) => booleans.get(text.toLowerCase()) ?? text,
  list: (text) => text.split(/[\s,]+/).filter((part) => part !== ''),
  lines: (text) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  word: (text) => text.toLowerCase(),
  text: (text) => text,
};

/** Read a value given as text (a variable, an argument); what makes no sense stays text. */
export function parseText(config: ConfigName, text: string): unknown {
  return readers[about[config].kind](text);
}

/**
 * Refuse a value that its key does not allow.
 *
 * @param where what to call the place it came from: a file's path, or a variable.
 * @throws {ConfigValueError}
 */
export function checkValue(config: ConfigName, value: unknown, where: string): void {
  // An absent key has a default; one that is written down must have a value.
  if (value === undefined || value === null || !schema.shape[config].safeParse(value).success) {
    throw new ConfigValueError(where, fileKey(config), value, about[config].allowed);
  }
}
