import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GrowingLines } from './growing-lines.ts';

const { signal } = new AbortController();
let dir = '';
let path = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'growing-lines-'));
  path = join(dir, 'record');
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

function open(largestBytes?: number) {
  const told: string[] = [];
  const listener = { line: (line: string) => told.push(line), anew: () => told.push('<anew>') };
  const lines = new GrowingLines(path, listener, largestBytes);
  return { told, readOn: async () => await lines.readOn(signal) };
}

test('each line is told once, when its end is there', async () => {
  const { told, readOn } = open();
  expect(await readOn()).toBe(false);
  await writeFile(path, 'one\ntw');
  expect(await readOn()).toBe(true);
  expect(told).toEqual(['one']);
  await appendFile(path, 'o\n\nthree\n');
  await readOn();
  await readOn();

  expect(told).toEqual(['one', 'two', '', 'three']);
});

test('a line may be longer than what is read at once, and cut within a letter', async () => {
  const long = `x${'é'.repeat(400_000)}`;
  await writeFile(path, `a\n${long}\nb\n`);
  const { told, readOn } = open();
  await readOn();

  expect(told).toEqual(['a', long, 'b']);
});

test('a file that was cut, or that another one replaced, is told from its beginning', async () => {
  await writeFile(path, 'one\n');
  const { told, readOn } = open();
  await readOn();
  await truncate(path);
  await appendFile(path, '2\n');
  await readOn();
  await writeFile(join(dir, 'next'), 'three\nfour\n');
  await rename(join(dir, 'next'), path);
  await readOn();

  expect(told).toEqual(['one', '<anew>', '2', '<anew>', 'three', 'four']);
});

test('nothing is told of what lies beyond the bound, also when it comes later', async () => {
  await writeFile(path, 'one\ntwo\nthree\n');
  const { told, readOn } = open(10);
  await readOn();
  await appendFile(path, 'four\n');
  await readOn();

  expect(told).toEqual(['one', 'two']);
});

test('what is no file counts as not there', async () => {
  await mkdir(path);
  expect(await open().readOn()).toBe(false);
});
