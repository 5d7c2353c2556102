import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SiteTest } from '../../checks/index.ts';
import { testsOfRelease } from './tests-of-release.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tmux-builder-release-tests-'));
});

afterAll(async () => await rm(dir, { recursive: true, force: true }));

const titled = (text: string): readonly SiteTest[] => [
  { name: 'It has its title', steps: [{ do: 'see-title', text }] },
];

const ofSource = (release: string, text: string) =>
  testsOfRelease({ dir: join(dir, release), isBack: false, write: async () => titled(text) });

const ofRollback = (release: string) =>
  testsOfRelease({
    dir: join(dir, release),
    isBack: true,
    write: async () => {
      throw new Error('the source is that of another release');
    },
  });

test('a release that comes back is tested by what was written for it', async () => {
  await ofSource('r1', 'Bread');
  await ofSource('r2', 'Rolls');
  expect(await ofRollback('r1')).toEqual(titled('Bread'));
});

test('published again, a release gets the tests of its source now', async () => {
  await ofSource('r3', 'Bread');
  expect(await ofSource('r3', 'Cakes')).toEqual(titled('Cakes'));
  expect(await ofRollback('r3')).toEqual(titled('Cakes'));
});

test('a release that comes back and had no tests has none', async () => {
  expect(await ofRollback('r4')).toEqual([]);
});
