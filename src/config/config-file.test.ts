import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfigFile, setConfigKey, unsetConfigKey } from './config-file.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'config-'));
  path = join(dir, 'data', 'config.yaml');
});
afterEach(() => rmSync(dir, { recursive: true }));

test('makes the file, for its owner only, at the first key that is set', async () => {
  await setConfigKey(path, 'concurrency', '8');
  await setConfigKey(path, 'pass_environment', 'A,B');

  expect(Object.fromEntries(await readConfigFile(path))).toEqual({
    concurrency: 8,
    passEnvironment: ['A', 'B'],
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('keeps comments and order when it sets and unsets', async () => {
  await setConfigKey(path, 'rows', '40');
  writeFileSync(path, '# mine\nrows: 40 # small screen\n\n# many\nconcurrency: 8\ncolumns: 90\n');

  await setConfigKey(path, 'rows', '30');
  const removed = await unsetConfigKey(path, 'columns');

  expect(removed).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(
    '# mine\nrows: 30 # small screen\n\n# many\nconcurrency: 8\n',
  );
});

test.each([
  ['concurrency', 'lots', 'config.bad-value'],
  ['data_dir', '/elsewhere', 'config.bad-value'],
  ['no_such_key', '1', 'config.unknown-key'],
])('refuses to set %s to %s and writes nothing', async (key, text, code) => {
  await expect(setConfigKey(path, key, text)).rejects.toMatchObject({ code });

  expect(existsSync(path)).toBe(false);
});

test('says that a key which was not there could not be removed', async () => {
  expect(await unsetConfigKey(path, 'rows')).toBe(false);
});

test('mends a file that holds an unknown key or a wrong value', async () => {
  await setConfigKey(path, 'rows', '40');
  writeFileSync(path, 'rows: wrong\ncolumns: 90\n');

  await unsetConfigKey(path, 'rows');

  expect(Object.fromEntries(await readConfigFile(path))).toEqual({ columns: 90 });
});
