import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const packed = z.object({
  filename: z.string(),
  size: z.number(),
  files: z.array(z.object({ path: z.string() })),
});
let dir: string;
let project: string;
let env: NodeJS.ProcessEnv;
let archive: z.infer<typeof packed>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pack-'));
  project = join(dir, 'project');
  // The machine's own Node and npm, as someone has them who installs the package.
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const outside = path.filter((entry) => !entry.includes('node_modules'));
  env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('npm_'))),
    PATH: outside.join(delimiter),
    TMUX_BUILDER_DATA_DIR: join(dir, 'data'),
    TMUX_BUILDER_RUNTIME_DIR: join(dir, 'run'),
  };
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', dir], {
    cwd: root,
    env,
  });
  const printed: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  [archive] = z
    .union([z.tuple([packed]), z.record(z.string(), packed).transform(firstOf)])
    .parse(printed);
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{"private":true}');
  // Install scripts are off in newer versions of npm: nothing may need them.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', ...flags, join(dir, archive.filename)], { cwd: project, env });
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

test('packs the compiled program and what it reads, and neither sources nor tests', () => {
  const paths = archive.files.map(({ path }) => path);
  const folders = new Set(paths.map((path) => path.split('/')[0]));

  expect(folders).toEqual(
    new Set([
      'LICENSE',
      'README.md',
      'agents',
      'bin',
      'deploy-examples',
      'dist',
      'package.json',
      'roles',
      'templates',
    ]),
  );
  expect(paths).toContain('dist/cli/main.js');
  expect(paths).toContain('dist/tmux/index.d.ts');
  expect(paths).toContain('dist/web/index.html');
  expect(paths).toContain('agents/run-agent.sh');
  expect(paths).toContain('roles/skills/static-site/SKILL.md');
  expect(paths.filter((path) => /\.test\.|(?<!\.d)\.ts$|\.map$/.test(path))).toEqual([]);
  expect(archive.size).toBeLessThan(1_500_000);
});

test('tells its version through npx, where the machine has an older Node', async () => {
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));

  const { stdout } = await run('npx', ['--no-install', 'tmux-builder', '--version'], {
    cwd: project,
    env,
  });

  expect(stdout).toBe(`${manifest.version}\n`);
});

test('gives both libraries to a program', async () => {
  const [node = process.execPath] = globSync(join(project, 'node_modules/node-*/bin/node'));
  const program = `
    const { openApp } = await import('tmux-builder');
    const { startTmuxServer } = await import('tmux-builder/tmux');
    console.log(typeof openApp, typeof startTmuxServer);`;

  const { stdout } = await run(node, ['--input-type=module', '--eval', program], {
    cwd: project,
    env,
  });

  expect(stdout).toBe('function function\n');
});

test('gives its types to a program that is compiled', async () => {
  const program = `
    import { openApp, type Job } from 'tmux-builder';
    import { startTmuxServer } from 'tmux-builder/tmux';
    const open: Promise<{ getJob: unknown }> = openApp();
    export const parts: [unknown, typeof startTmuxServer, Job | undefined] = [open, startTmuxServer, undefined];
    // @ts-expect-error -- shows that the types are known: anything fits what is not.
    export const wrong: number = startTmuxServer;`;
  await writeFile(join(project, 'program.mts'), program);
  // A program that uses Node.js has its types; here they are the repository's.
  const modules = join(root, 'node_modules');
  const libraries = ['--lib', 'es2024,esnext.disposable', '--types', 'node'];
  const types = [...libraries, '--typeRoots', join(modules, '@types')];
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', ...types];

  const { stdout } = await run(
    process.execPath,
    [join(modules, '.bin/tsc'), ...flags, 'program.mts'],
    { cwd: project },
  );

  expect(stdout).toBe('');
});

test('does a job where it is installed', async () => {
  const args = [
    '--no-install',
    'tmux-builder',
    'run',
    '--agent',
    'demo',
    '--prompt',
    'Hello',
    '--json',
  ];

  const { stdout } = await run('npx', args, { cwd: project, env });

  expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', attempts: 1, agent: 'demo' });
});

/** npm 12 prints an object by name, older versions a list. */
function firstOf(
  byName: Readonly<Record<string, z.infer<typeof packed>>>,
): [z.infer<typeof packed>] {
  return z.tuple([packed]).parse(Object.values(byName));
}
