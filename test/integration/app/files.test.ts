import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../../src/app/index.ts';
import { Bench } from './bench.ts';

let bench: Bench;
let session: Session;
beforeEach(async () => {
  bench = await Bench.open();
  session = await bench.app.createSession({ userId: 'ann' });
  await writeFile(join(bench.dir, 'secret'), 'secret');
  await writeFile(join(session.dir, 'source', 'a.txt'), 'hello');
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function* bytes(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const read = async (path: string): Promise<string> => {
  const { stream } = await bench.app.openFile(session.id, path);
  return (await buffer(stream)).toString();
};

const names = async (path: string): Promise<readonly string[]> =>
  (await bench.app.listFiles(session.id, path)).items.map((item) => item.path);

test('lists the open folders, and what is in them, directories first', async () => {
  await mkdir(join(session.dir, 'source', 'zoo'));

  expect(await names('')).toEqual(['uploads', 'output', 'prompts', 'source', 'logs']);
  expect(await names('source')).toEqual(['source/zoo', 'source/a.txt']);
  expect(await read('source/a.txt')).toBe('hello');
  expect(await bench.app.openFile(session.id, 'source/a.txt')).toMatchObject({
    name: 'a.txt',
    bytes: 5,
  });
});

test.each([
  '../../../../secret',
  '/etc/passwd',
  'source/out',
  'source/out/secret',
  'source/to-secret',
  'source/state/health.json',
  'state/health.json',
  'metadata.json',
  'jobs',
  'uploads/../state/health.json',
  'a\0b',
])('neither opens nor lists %j', async (path) => {
  await symlink(bench.dir, join(session.dir, 'source', 'out'));
  await symlink(join(bench.dir, 'secret'), join(session.dir, 'source', 'to-secret'));
  await symlink(join(session.dir, 'state'), join(session.dir, 'source', 'state'));

  await expect(read(path)).rejects.toMatchObject({ code: 'session.path-outside' });
  await expect(names(path)).rejects.toMatchObject({ code: 'session.path-outside' });
});

test('leaves links out that lead away, and follows those that stay', async () => {
  await symlink(bench.dir, join(session.dir, 'source', 'out'));
  await symlink('nowhere', join(session.dir, 'source', 'dangling'));
  await symlink('a.txt', join(session.dir, 'source', 'b.txt'));

  expect(await names('source')).toEqual(['source/a.txt', 'source/b.txt']);
  expect(await read('source/b.txt')).toBe('hello');
});

test.each(['source/none', 'source', 'source/a.txt/x'])('finds no file at %j', async (path) => {
  await expect(read(path)).rejects.toMatchObject({
    code: expect.stringMatching(/file\.not-found|session\.path-outside/),
  });
});

test('keeps an upload whole or not at all', async () => {
  const saved = await bench.app.saveUpload(session.id, 'plan.txt', bytes('one ', 'two'));
  expect(saved).toMatchObject({ path: 'uploads/plan.txt', bytes: 7, is_directory: false });
  expect(await read('uploads/plan.txt')).toBe('one two');

  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    throw new Error('the line broke');
  };
  await expect(bench.app.saveUpload(session.id, 'plan.txt', broken())).rejects.toThrow(
    'the line broke',
  );
  expect(await read('uploads/plan.txt')).toBe('one two');
  expect(readdirSync(join(session.dir, 'uploads'))).toEqual(['plan.txt']);
  await bench.app.removeUpload(session.id, 'plan.txt');
  await expect(bench.app.removeUpload(session.id, 'plan.txt')).rejects.toMatchObject({
    code: 'file.not-found',
  });
});

test('refuses an upload that is too large, and keeps none of it', async () => {
  const large = async function* (): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < 65; n += 1) yield Buffer.alloc(1_024 * 1_024);
  };

  await expect(bench.app.saveUpload(session.id, 'large', large())).rejects.toMatchObject({
    code: 'file.too-large',
  });
  expect(readdirSync(join(session.dir, 'uploads'))).toEqual([]);
});

test.each(['', '.', '..', '.hidden', 'a/b', 'a\\b', 'a\nb', 'a\0b', 'a\u202Eb', 'x'.repeat(201)])(
  'refuses the file name %j',
  async (name) => {
    const saving = bench.app.saveUpload(session.id, name, bytes('x'));
    await expect(saving).rejects.toMatchObject({ code: 'file.bad-name' });
    await expect(bench.app.removeUpload(session.id, name)).rejects.toMatchObject({
      code: 'file.bad-name',
    });
  },
);

test('says that its session is gone when that is deleted during an upload', async () => {
  const half = Promise.withResolvers<void>();
  const deleted = Promise.withResolvers<void>();
  const slow = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    half.resolve();
    await deleted.promise;
    yield Buffer.from('rest');
  };
  const refused = expect(bench.app.saveUpload(session.id, 'slow', slow())).rejects.toMatchObject({
    code: 'session.not-found',
  });
  await half.promise;
  await bench.app.archiveSession(session.id);
  await bench.app.deleteSession(session.id);
  deleted.resolve();

  await refused;
});

test('removes what a killed server left of uploads, and none that is being written', async () => {
  const uploads = join(session.dir, 'uploads');
  for (const name of ['.upload-left', '.upload-now']) await writeFile(join(uploads, name), 'half');
  const hoursAgo = (Date.now() - 2 * 3_600_000) / 1_000;
  await utimes(join(uploads, '.upload-left'), hoursAgo, hoursAgo);

  await bench.app.saveUpload(session.id, 'plan.txt', bytes('x'));
  expect(readdirSync(uploads).toSorted()).toEqual(['.upload-now', 'plan.txt']);
});

test('follows no link that was put in place of the uploads or of a file', async () => {
  const victim = join(bench.dir, 'victim');
  await writeFile(victim, 'as it was');
  await symlink(victim, join(session.dir, 'uploads', 'plan.txt'));
  await bench.app.saveUpload(session.id, 'plan.txt', bytes('new'));
  expect(await readFile(victim, 'utf8')).toBe('as it was');
  expect(await read('uploads/plan.txt')).toBe('new');

  await rename(join(session.dir, 'uploads'), join(session.dir, 'before'));
  await symlink(bench.dir, join(session.dir, 'uploads'));
  await expect(bench.app.saveUpload(session.id, 'x.txt', bytes('x'))).rejects.toMatchObject({
    code: 'session.path-outside',
  });
  expect(existsSync(join(bench.dir, 'x.txt'))).toBe(false);
  await rm(join(session.dir, 'uploads'));
});

test('cuts a directory with more entries than anybody reads', async () => {
  const many = join(session.dir, 'output', 'many');
  await mkdir(many);
  for (let n = 0; n < 5_001; n += 1) await writeFile(join(many, `${n}`), '');

  const { items, is_cut } = await bench.app.listFiles(session.id, 'output/many');
  expect([items.length, is_cut]).toEqual([5_000, true]);
});
