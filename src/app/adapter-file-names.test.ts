import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAdapterFileNames } from './adapter-file-names.ts';

let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tb-names-'));
  for (const file of ['b.yaml', 'a.yaml', 'a.yaml~', '.c.yaml', 'notes.md']) {
    await writeFile(join(dir, file), '');
  }
});

afterAll(async () => await rm(dir, { recursive: true }));

test('lists the names of the adapter files, and of nothing else', async () => {
  expect(await listAdapterFileNames(dir, ['c'])).toEqual(['a', 'b']);
});

test('refuses the name of a built-in agent, and says what to do', async () => {
  await expect(listAdapterFileNames(dir, ['claude', 'b'])).rejects.toMatchObject({
    code: 'agent.file-invalid',
    message: `${dir}/b.yaml has the name of a built-in agent; no other can be called "b".`,
    todo: 'Rename the file, to my-b.yaml for one',
  });
});

test.each(['none', 'a.yaml'])('finds nothing in %s, which is no directory', async (name) => {
  expect(await listAdapterFileNames(join(dir, name), [])).toEqual([]);
});
