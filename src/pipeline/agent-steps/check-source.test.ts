import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkSource } from './check-source.ts';
import { planSchema } from './plan-schema.ts';

const { signal } = new AbortController();
const page = { path: '/', title: 'Home', purpose: 'Welcomes.' };
const plan = planSchema.parse({
  title: 'Bees',
  summary: 'On bees.',
  site_type: 'static',
  pages: [page, { ...page, path: '/about.html' }, { ...page, path: '/blog/' }],
});
let dir: string;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tmux-builder-source-'));
  await mkdir(join(dir, 'blog'));
  for (const file of ['index.html', 'about.html', 'blog/index.html']) {
    await writeFile(join(dir, file), 'page');
  }
});
afterEach(() => rmSync(dir, { recursive: true }));

test('counts what would be published, and finds nothing wrong', async () => {
  await writeFile(join(dir, '.hidden'), 'not published');
  await symlink('about.html', join(dir, 'us.html'));

  expect(await checkSource(dir, plan, signal)).toEqual({ files: 3, bytes: 12, issues: [] });
});

test.for([
  ['static', 'bower_components'],
  ['dynamic', '.git'],
] as const)('looks at nothing that a %s site leaves out: %s', async ([site_type, name]) => {
  await mkdir(join(dir, name));
  await symlink('/etc/hostname', join(dir, name, 'out.txt'));

  const { files, issues } = await checkSource(dir, { ...plan, site_type }, signal);

  expect({ files, issues }).toEqual({ files: 3, issues: [] });
});

test('names the pages of the plan that are missing or empty', async () => {
  rmSync(join(dir, 'about.html'));
  await truncate(join(dir, 'index.html'), 0);

  const { issues } = await checkSource(dir, plan, signal);

  expect(issues).toEqual([
    { place: 'index.html', message: 'it is the first page, and it is missing or empty' },
    {
      place: 'about.html',
      message: 'the plan has the page /about.html, and it is missing or empty',
    },
  ]);
});

test('refuses links that lead out of the directory, or nowhere', async () => {
  await symlink('/etc/hostname', join(dir, 'blog', 'out.txt'));
  await symlink('gone', join(dir, 'dead'));
  await symlink(tmpdir(), join(dir, 'folder'));

  const { issues } = await checkSource(dir, plan, signal);

  expect(issues.toSorted((a, b) => a.place.localeCompare(b.place))).toEqual([
    { place: 'blog/out.txt', message: expect.stringContaining('leads out') },
    { place: 'dead', message: expect.stringContaining('leads nowhere') },
    { place: 'folder', message: expect.stringContaining('leads out') },
  ]);
});

test('refuses a file that is too large', async () => {
  await truncate(join(dir, 'about.html'), 65 * 1_024 * 1_024);

  const { issues } = await checkSource(dir, plan, signal);

  expect(issues).toEqual([{ place: 'about.html', message: expect.stringContaining('at most') }]);
});

test.for([
  ['missing', 'dist', 'it is not there'],
  ['a file', 'about.html', 'no directory'],
  ['a link that leads out', 'out', 'leads out'],
])('refuses a published directory that is %s', async ([, publish_dir = '', message = '']) => {
  await symlink(tmpdir(), join(dir, 'out'));

  const { issues } = await checkSource(dir, { ...plan, publish_dir }, signal);

  expect(issues).toEqual([{ place: publish_dir, message: expect.stringContaining(message) }]);
});

test('looks for the program of a dynamic site, not for its pages', async () => {
  const run = { command: ['node', 'server.js'], health_path: '/health' };
  const dynamic = planSchema.parse({ ...plan, site_type: 'dynamic', run });
  const place = 'server.js';

  expect((await checkSource(dir, dynamic, signal)).issues).toMatchObject([{ place }]);
  await writeFile(join(dir, place), 'program');
  expect((await checkSource(dir, dynamic, signal)).issues).toEqual([]);
});
