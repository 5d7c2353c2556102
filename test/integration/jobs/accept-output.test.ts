import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acceptOutput, LARGEST_OUTPUT_BYTES } from '../../../src/jobs/accept-output.ts';

let dir: string;
let source: string;
let target: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tmux-builder-output-'));
  source = join(dir, 'output-1.md');
  target = join(dir, 'accepted.md');
});
afterEach(() => rmSync(dir, { recursive: true }));

test('takes a short answer as it is: size is no criterion', async () => {
  await writeFile(source, 'ok\n');

  expect(await acceptOutput(source, target)).toEqual({
    path: target,
    bytes: 3,
    digest: 'sha256:dc51b8c96c2d745df3bd5590d990230a482fd247123599548e0632fdbf97fc22',
  });
  expect(readFileSync(target, 'utf8')).toBe('ok\n');
});

test('says that there is none', async () => {
  await expect(acceptOutput(source, target)).rejects.toMatchObject({ code: 'job.no-output' });
});

test('refuses an empty file', async () => {
  await writeFile(source, '');

  await expect(acceptOutput(source, target)).rejects.toMatchObject({
    code: 'job.invalid-output',
    message: expect.stringContaining('empty'),
  });
});

test('refuses a directory', async () => {
  await mkdir(source);

  await expect(acceptOutput(source, target)).rejects.toMatchObject({ code: 'job.invalid-output' });
});

test('refuses a link and does not follow it', async () => {
  await writeFile(join(dir, 'secret'), 'secret');
  await symlink(join(dir, 'secret'), source);

  await expect(acceptOutput(source, target)).rejects.toMatchObject({
    code: 'job.invalid-output',
    message: expect.stringContaining('link'),
  });
});

test('refuses a pipe without waiting for a writer', async () => {
  execFileSync('mkfifo', [source]);

  await expect(acceptOutput(source, target)).rejects.toMatchObject({ code: 'job.invalid-output' });
});

test('refuses what is larger than the limit without reading it', async () => {
  await writeFile(source, 'x');
  await truncate(source, LARGEST_OUTPUT_BYTES + 1);

  await expect(acceptOutput(source, target)).rejects.toMatchObject({
    code: 'job.invalid-output',
    message: expect.stringContaining(String(LARGEST_OUTPUT_BYTES)),
  });
});
