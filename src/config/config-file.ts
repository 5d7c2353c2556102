import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Document } from 'yaml';
import { makeDirectory, systemCode, writeFileAtomic } from '../base/index.ts';
import { ConfigFileError, ConfigUnknownKeyError, ConfigValueError } from './errors.ts';
import { type ConfigName, fileKeys, findName } from './keys.ts';
import { checkValue, parseText } from './read-value.ts';

/**
 * Read the config file: checked values by their names here. No file means no values.
 *
 * @throws {ConfigFileError} {ConfigUnknownKeyError} {ConfigValueError}
 */
export async function readConfigFile(path: string): Promise<ReadonlyMap<ConfigName, unknown>> {
  const text = await readText(path);
  const values = new Map<ConfigName, unknown>();
  if (text === undefined) return values;
  for (const [key, value] of entries(path, await parse(path, text))) {
    const config = knownName(path, key);
    checkValue(config, value, path);
    values.set(config, value);
  }
  return values;
}

/**
 * Write one key into the config file, with its comments and order kept; the file is made when it
 * is missing. `text` is read as a variable's would be.
 *
 * @throws {ConfigUnknownKeyError} {ConfigValueError} {ConfigFileError} nothing was written.
 */
export async function setConfigKey(path: string, key: string, text: string): Promise<void> {
  const config = knownName(path, key);
  const value = parseText(config, text);
  checkValue(config, value, path);
  await change(path, (document) => {
    document.set(key, value);
    return true;
  });
}

/** Remove one key from the config file, so that its default holds again. False: it was not there. */
export async function unsetConfigKey(path: string, key: string): Promise<boolean> {
  knownName(path, key);
  return await change(path, (document) => document.has(key) && document.delete(key));
}

/** `edit` returns false when it changed nothing. */
async function change(path: string, edit: (document: Document) => boolean): Promise<boolean> {
  const document = await parse(path, (await readText(path)) ?? '');
  entries(path, document);
  if (!edit(document)) return false;
  await makeDirectory(dirname(path), 0o700);
  await writeFileAtomic(path, document.toString(), { durable: true, mode: 0o600 });
  return true;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    // ENOTDIR: the data directory is a file, which whoever opens it says better.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigFileError(path, `cannot be read (${code})`, { cause: error });
  }
}

async function parse(path: string, text: string): Promise<Document> {
  // Most runs have no config file, and the package takes longer to load than a file to read.
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error === undefined) return document;
  const place = error.linePos === undefined ? '' : `line ${error.linePos[0].line}: `;
  const [problem = ''] = error.message.split(/ at line |\n/);
  throw new ConfigFileError(path, `${place}${problem}`, { cause: error });
}

function entries(path: string, document: Document): readonly (readonly [string, unknown])[] {
  const content: unknown = document.toJS();
  if (content === null) return [];
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigFileError(path, 'is not a list of "key: value" lines');
  }
  return Object.entries(content);
}

function knownName(path: string, key: string): ConfigName {
  const config = findName(key);
  if (config === undefined) throw new ConfigUnknownKeyError(path, key, fileKeys);
  if (config !== 'dataDir') return config;
  const allowed = 'only --data-dir or TMUX_BUILDER_DATA_DIR, because this file lies in it';
  throw new ConfigValueError(path, key, 'set here', allowed);
}
