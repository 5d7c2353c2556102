import { execFileSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../src/base/index.ts';
import { listSource, type SourceFile } from '../../../src/deploy/list-source.ts';
import { openSource } from '../../../src/deploy/open-source.ts';
import { changeOf, diffRelease, openReleases, type Releases } from '../../../src/deploy/index.ts';

const { signal } = new AbortController();
const isStatic = true;

let root: string;
let source: string;
let store: string;
let clock: FakeClock;
let releases: Releases;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'releases-'));
  source = join(root, 'source');
  store = join(root, 'sites', 'ses_1', 'releases');
  clock = new FakeClock();
  releases = openReleases(store, clock);
  await put('index.html', '<h1>one</h1>');
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

async function put(path: string, text: string | Uint8Array): Promise<void> {
  const file = join(source, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function make(options: object = {}) {
  clock.jump(1_000);
  return await releases.make(source, { isStatic, ...options }, signal);
}

test('a release has the files of the source, their sizes and digests', async () => {
  await put('assets/app.css', 'body{}');

  const release = await make();

  expect(release.id).toMatch(/^r[0-9a-f]{16}$/);
  expect(release.files.map(({ path, bytes }) => [path, bytes])).toEqual([
    ['assets/app.css', 6],
    ['index.html', 12],
  ]);
  expect(release.bytes).toBe(18);
  expect(await readFile(join(release.dir, 'assets/app.css'), 'utf8')).toBe('body{}');
  expect(await releases.get(release.id)).toEqual(release);
});

test('one content is one release, whenever it is made', async () => {
  const first = await make();
  await put('index.html', 'two');
  const second = await make();
  await put('index.html', '<h1>one</h1>');

  expect(await make()).toEqual(first);
  expect((await releases.list()).map(({ id }) => id)).toEqual([second.id, first.id]);
});

test('changing the source afterwards changes nothing of a release', async () => {
  const release = await make();
  await put('index.html', 'changed');

  expect(await readFile(join(release.dir, 'index.html'), 'utf8')).toBe('<h1>one</h1>');
});

test('what did not change is a link to what the release before has', async () => {
  await put('big.txt', 'same');
  const first = await make();
  await put('index.html', 'two');
  const second = await make();

  const inode = async (dir: string, path: string) => (await stat(join(dir, path))).ino;
  expect(await inode(second.dir, 'big.txt')).toBe(await inode(first.dir, 'big.txt'));
  expect(await inode(second.dir, 'index.html')).not.toBe(await inode(first.dir, 'index.html'));
  expect(changeOf(first, second)).toEqual({ added: 0, changed: 1, removed: 0 });
});

test('the right to execute a file is part of its content', async () => {
  await put('run.sh', '#!/bin/sh');
  const first = await make();
  await chmod(join(source, 'run.sh'), 0o755);
  const second = await make();

  expect(second.id).not.toBe(first.id);
  expect((await stat(join(first.dir, 'run.sh'))).mode & 0o777).toBe(0o444);
  expect((await stat(join(second.dir, 'run.sh'))).mode & 0o777).toBe(0o555);
});

test('a static site leaves out dotfiles and node_modules, a dynamic one only its history', async () => {
  for (const path of ['.env', '.git/config', 'node_modules/a/index.js', 'sub/.hidden/x']) {
    await put(path, 'x');
  }
  const paths = ({ files }: { files: readonly { path: string }[] }) =>
    files.map(({ path }) => path);

  expect(paths(await make())).toEqual(['index.html']);
  expect(paths(await make({ isStatic: false }))).toEqual([
    '.env',
    'index.html',
    'node_modules/a/index.js',
    'sub/.hidden/x',
  ]);
});

test('links inside the site are followed, files and directories alike', async () => {
  await put('real/page.html', 'page');
  await symlink('real', join(source, 'alias'));
  await symlink('real/page.html', join(source, 'page.html'));

  const { dir } = await make();

  expect(await readFile(join(dir, 'alias/page.html'), 'utf8')).toBe('page');
  expect(await readFile(join(dir, 'page.html'), 'utf8')).toBe('page');
});

test.each([
  [
    'a link that leads out',
    async () => await symlink('/etc/passwd', join(source, 'a')),
    'leads out',
  ],
  ['a link in a circle', async () => await symlink('.', join(source, 'a')), 'in a circle'],
  [
    'a link to what it does not publish',
    async () => {
      await put('.env', 'secret');
      await symlink('.env', join(source, 'a.txt'));
    },
    'not published',
  ],
  ['links that multiply', multiplyLinks, 'more than 20000 directories'],
  ['a link to nothing', async () => await symlink('gone', join(source, 'a')), 'to nothing'],
  ['a name with a line break', async () => await put('a\nb', ''), 'no name for the web'],
  ['a name with a backslash', async () => await put('a\\b', ''), 'no name for the web'],
  [
    'no index.html',
    async () => await rm(join(source, 'index.html')).then(async () => await put('a', '')),
    'no index.html',
  ],
  ['no files', async () => await rm(join(source, 'index.html')), 'no files'],
  ['no directory', async () => await rm(source, { recursive: true }), 'ENOENT'],
])('refuses %s, and leaves nothing behind', async (_name, spoil, reason) => {
  await spoil();

  await expect(make()).rejects.toMatchObject({
    code: 'deploy.bad-site',
    message: expect.stringContaining(reason),
  });
  expect(await readdir(store).catch(() => [])).toEqual([]);
});

test('an aborted copy leaves nothing behind', async () => {
  const stop = new AbortController();
  for (let n = 0; n < 50; n += 1) await put(`${n}.txt`, String(n));
  const making = releases.make(source, { isStatic }, stop.signal);
  stop.abort(new Error('enough'));

  await expect(making).rejects.toThrow('enough');
  expect(await readdir(store).catch(() => [])).toEqual([]);
});

test('the copy of a process that died is removed, that of a living one is not', async () => {
  const dead = join(store, '.1-1-1.tmp');
  await mkdir(join(dead, 'files'), { recursive: true });
  const [own] = await Promise.all([make(), make()]);

  expect(await readdir(store)).toEqual([own.id]);
});

test('the newest 20 are kept, the live one and the one just made', async () => {
  const live = await make();
  const made = [];
  for (let n = 0; n < 25; n += 1) {
    await put('index.html', `page ${n}`);
    made.push(await make({ liveId: live.id }));
  }

  const ids = (await releases.list()).map(({ id }) => id);
  expect(ids).toHaveLength(21);
  expect(ids).toContain(live.id);
  expect(ids).toContain(made.at(-1)?.id);
  expect(ids).not.toContain(made[0]?.id);

  await put('index.html', '<h1>one</h1>');
  await make({ liveId: made.at(-1)?.id });
  expect((await releases.get(live.id)).id).toBe(live.id);
});

test('a removed release is no more, and removing it again does nothing', async () => {
  const { id } = await make();
  await releases.remove(id);
  await releases.remove(id);

  await expect(releases.get(id)).rejects.toMatchObject({ code: 'deploy.no-release' });
  expect(await readdir(store)).toEqual([]);
});

test('an id that is a path is no release', async () => {
  await expect(releases.get('../../x')).rejects.toMatchObject({ code: 'deploy.no-release' });
});

test('a release that is gone by the time it is read is not listed, and stops nobody', async () => {
  const { id } = await make();
  await symlink(join(root, 'gone'), join(store, 'r0123456789abcdef'));

  expect((await releases.list()).map((one) => one.id)).toEqual([id]);
});

test('a file that its agent removes while the directory is listed is not published', async () => {
  await put('draft.html', 'x');
  // Looked at between a directory's names and each of them.
  const removing = Object.assign(new AbortController().signal, {
    throwIfAborted: () => rmSync(join(source, 'draft.html'), { force: true }),
  });

  const { files } = await releases.make(source, { isStatic }, removing);

  expect(files.map(({ path }) => path)).toEqual(['index.html']);
});

test('a damaged release is told with what to do, and the site goes on without it', async () => {
  const { id } = await make();
  const dir = join(store, id);
  await writeFile(join(dir, 'manifest.json'), '{');

  await expect(make()).rejects.toMatchObject({
    code: 'deploy.no-release',
    todo: `Remove the directory ${dir}, then redeploy the site`,
  });
  await rm(dir, { recursive: true });
  expect((await make()).id).toBe(id);
});

test('a diff shows what was added, changed and removed since a release', async () => {
  await put('old.txt', 'old\n');
  await put('same.txt', 'same');
  const release = await make();
  await put('index.html', '<h1>two</h1>');
  await put('new.txt', 'new\n');
  await rm(join(source, 'old.txt'));

  const { files, isCut } = await diffRelease(release, source, { isStatic }, signal);

  expect(files.map(({ path, change }) => [path, change])).toEqual([
    ['index.html', 'changed'],
    ['new.txt', 'added'],
    ['old.txt', 'removed'],
  ]);
  expect(files[0]?.diff).toContain('-<h1>one</h1>');
  expect(files[0]?.diff).toContain('+<h1>two</h1>');
  expect(files[1]?.diff).toContain('--- /dev/null');
  expect(files[2]?.diff).toContain('+++ /dev/null');
  expect(isCut).toBe(false);
});

test('a diff without a release has every file, and none for what is no text', async () => {
  await put('image.png', Buffer.from([0x89, 0, 1, 2]));

  const { files } = await diffRelease(undefined, source, { isStatic }, signal);

  expect(files.map(({ path, diff }) => [path, diff === undefined])).toEqual([
    ['image.png', true],
    ['index.html', false],
  ]);
});

test('a diff says when it is cut: by files, by the size of one, by all together', async () => {
  await put('a.txt', 'a'.repeat(100));
  await put('b.txt', 'b'.repeat(100));
  const limits = { files: 10, fileBytes: 1_000, characters: 10_000 };
  const cut = async (changed: object) =>
    await diffRelease(undefined, source, { isStatic, limits: { ...limits, ...changed } }, signal);

  expect((await cut({})).isCut).toBe(false);
  expect(await cut({ files: 1 })).toMatchObject({ isCut: true, files: [{ path: 'a.txt' }] });
  expect((await cut({ fileBytes: 99 })).files[0]?.diff).toBeUndefined();
  expect((await cut({ fileBytes: 99 })).isCut).toBe(true);
  expect((await cut({ characters: 250 })).files.map(({ diff }) => diff !== undefined)).toEqual([
    true,
    false,
    false,
  ]);
});

test('a directory that leads out of the one it has to be in is not published, and not compared', async () => {
  const outside = join(root, 'state');
  await mkdir(outside);
  await writeFile(join(outside, 'index.html'), 'secret');
  await symlink(outside, join(source, 'dist'));
  const within = source;
  const refused = { code: 'deploy.bad-site', message: expect.stringContaining('leads elsewhere') };
  const dist = join(source, 'dist');

  await expect(releases.make(dist, { isStatic, within }, signal)).rejects.toMatchObject(refused);
  await expect(diffRelease(undefined, dist, { isStatic, within }, signal)).rejects.toMatchObject(
    refused,
  );
  await rename(source, join(root, 'was'));
  await symlink(outside, source);
  await expect(make({ within })).rejects.toMatchObject(refused);
});

test('a file is not read where a directory above it became a link since it was listed', async () => {
  await put('pages/a.html', 'page');
  const [first] = await listSource(join(source, 'pages'), { isStatic: false }, signal);
  const outside = join(root, 'state');
  await mkdir(outside);
  await writeFile(join(outside, 'a.html'), 'secret');
  await rm(join(source, 'pages'), { recursive: true });
  await symlink(outside, join(source, 'pages'));

  await expect(openSource(first as SourceFile)).rejects.toMatchObject({ code: 'deploy.bad-site' });
});

test('a file that became a pipe since it was listed keeps nobody waiting', async () => {
  const [first] = await listSource(source, { isStatic }, signal);
  await rm(join(source, 'index.html'));
  execFileSync('mkfifo', [join(source, 'index.html')]);

  await expect(openSource(first as SourceFile)).rejects.toMatchObject({ code: 'deploy.bad-site' });
});

/** 16 directories, each with two links to the next one: 65,536 ways to the last. */
async function multiplyLinks(): Promise<void> {
  for (let level = 0; level < 16; level += 1) {
    await mkdir(join(source, `level-${level}`), { recursive: true });
    await mkdir(join(source, `level-${level + 1}`), { recursive: true });
    for (const name of ['a', 'b']) {
      await symlink(`../level-${level + 1}`, join(source, `level-${level}`, name));
    }
  }
}
