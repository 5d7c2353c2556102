import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, test } from 'vitest';
import { findDashboardFile } from './dashboard-files.ts';

let root = '';

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tb-web-'));
  root = join(dir, 'dist');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(dir, 'secret.txt'), 'secret');
  await writeFile(join(root, 'index.html'), '<title>');
  await writeFile(join(root, 'assets', 'main-AbCd1234.js'), 'script');
  await writeFile(join(root, 'assets', 'main-AbCd1234.js.br'), 'squeezed');
  await symlink(join(dir, 'secret.txt'), join(root, 'link.txt'));
});

test.each(['/', '/jobs', '/sessions/ses_1/chat', '/agents/job_1.2'])(
  'gives the dashboard for the page %s',
  async (path) => {
    const file = await findDashboardFile(root, path, '');

    expect(file?.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(file && (await text(file.stream))).toBe('<title>');
  },
);

test('lets files with a hash in their name be kept for ever', async () => {
  const file = await findDashboardFile(root, '/assets/main-AbCd1234.js', '');

  expect(file?.headers['cache-control']).toContain('immutable');
  expect(file && (await text(file.stream))).toBe('script');
});

test('gives the compressed file to who takes it', async () => {
  const file = await findDashboardFile(root, '/assets/main-AbCd1234.js', 'gzip, br');

  expect(file?.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': 'text/javascript; charset=utf-8',
  });
  expect(file && (await text(file.stream))).toBe('squeezed');
});

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/link.txt',
  '/%00.txt',
  '/%zz.txt',
  '/none.js',
])('finds nothing at %s', async (path) => {
  expect(await findDashboardFile(root, path, '')).toBeUndefined();
});
