import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { analyseFiles } from '../../../src/demo-agent/analyse-files.ts';
import { writeScaffold } from '../../../src/demo-agent/write-scaffold.ts';

const run = promisify(execFile);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tb-work-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

test('reports true figures of the files it is given', async () => {
  await mkdir(join(dir, 'node_modules'));
  await writeFile(join(dir, 'node_modules', 'left-out.js'), 'x\n');
  await writeFile(join(dir, 'a.py'), 'import os\n# TODO: more\nprint(1)\n');
  await writeFile(join(dir, 'b.py'), 'x = 1');
  await writeFile(join(dir, 'binary.bin'), Buffer.from([1, 0, 2]));
  await writeFile(join(dir, 'package.json'), '{"dependencies":{"zod":"4"}}\n');
  await symlink('/etc/passwd', join(dir, 'link.py'));

  const report = await analyseFiles([dir, '/nowhere/at/all']);

  expect(report).toContain('4 files, 5 lines of text, 69 bytes.');
  expect(report).toContain('- Python (.py): 2 files, 4 lines, 37 bytes');
  expect(report).toContain(`- ${dir}/a.py: 3 lines, 32 bytes`);
  expect(report).toContain(`- ${dir}/a.py:2: # TODO: more`);
  expect(report).toContain(`- ${dir}/package.json: zod`);
  expect(report).toContain('/nowhere/at/all: ENOENT');
  expect(report).not.toContain('left-out');
  expect(report).not.toContain('root:');
});

test('writes a scaffold whose program and test run, and keeps files that are there', async () => {
  const text = 'A tool that:\n- reads a file\n- counts `its` ${words}\n';

  const report = await writeScaffold(text, dir);

  const names = await readdir(dir);
  expect(names).toEqual(['demo-reads-a-file.mjs', 'demo-reads-a-file.test.mjs']);
  const [program = '', ownTest = ''] = names.map((name) => join(dir, name));
  const listed = await run(process.execPath, [program]);
  expect(listed.stdout).toBe('1. reads a file\n2. counts `its` ${words}\n');
  // Without vitest's own variables, which would make the inner test runner report to it.
  const { stdout } = await run(process.execPath, ['--test', ownTest], { env: {}, cwd: dir });
  expect(stdout).toContain('pass 1');
  expect(report).toContain('A scaffold, not a solution');
  expect(await writeScaffold(text, dir)).toContain('it was there already');
});
