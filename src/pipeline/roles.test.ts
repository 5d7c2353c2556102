import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { getRole, listRoles, roleDirsOf } from './roles.ts';

let dataDir: string;
let dirs: readonly string[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tmux-builder-roles-'));
  dirs = roleDirsOf(dataDir);
});
afterEach(() => rmSync(dataDir, { recursive: true }));

async function write(name: string, content: string): Promise<string> {
  const path = join(dataDir, 'roles', name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

test('lists the built-in roles and skills, each with its description', async () => {
  const found = await listRoles(dirs);

  const named = (kind: string): readonly string[] =>
    found.filter((one) => one.kind === kind).map(({ name }) => name);
  expect(named('role')).toEqual(['coder', 'deployer', 'planner', 'tester']);
  expect(named('skill')).toContain('static-site');
  expect(found.every(({ isBuiltIn, description }) => isBuiltIn && description !== '')).toBe(true);
});

test('gives a role those of its skills that are for the task and the type of site', async () => {
  const skillsFor = async (siteType: 'static' | 'dynamic'): Promise<readonly string[]> => {
    const { skills } = await getRole('coder', { task: 'code', siteType }, dirs);
    return skills.map(({ name }) => name);
  };
  expect(await skillsFor('static')).toEqual([
    'static-site',
    'accessible-pages',
    'structured-answer',
  ]);
  expect(await skillsFor('dynamic')).toContain('dynamic-site');
  const planner = await getRole('planner', { task: 'plan', siteType: 'static' }, dirs);
  expect(planner.skills.map(({ name }) => name)).toEqual(['site-plan', 'structured-answer']);
});

test("a user's role hides the built-in one of the same name, and its digest tells", async () => {
  const use = { task: 'code', siteType: 'static' } as const;
  const builtIn = await getRole('coder', use, dirs);
  const path = await write(
    'agents/coder.md',
    '---\nname: coder\ndescription: Mine.\n---\nWrite.\n',
  );

  const { role, skills } = await getRole('coder', use, dirs);

  expect(role).toMatchObject({ path, description: 'Mine.', text: 'Write.', skills: [] });
  expect(role.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(role.digest).not.toBe(builtIn.role.digest);
  expect(skills).toEqual([]);
  expect((await listRoles(dirs)).find(({ name }) => name === 'coder')?.isBuiltIn).toBe(false);
});

test.for([
  ['no front matter', 'Write.', 'front matter'],
  ['no YAML', '---\nname: [\n---\nWrite.', 'front matter'],
  ['no description', '---\nname: coder\n---\nWrite.', 'description'],
  ['an unknown field', '---\nname: coder\ndescription: A.\nmodel: b\n---\nWrite.', 'model'],
  ['another name', '---\nname: other\ndescription: A.\n---\nWrite.', 'name'],
  ['no text', '---\nname: coder\ndescription: A.\n---\n', 'text'],
  ['a skill that is nowhere', '---\nname: coder\ndescription: A.\nskills: [x]\n---\nW.', 'skills'],
])('refuses a role with %s, naming file and field', async ([, content = '', field = '']) => {
  const path = await write('agents/coder.md', content);

  await expect(getRole('coder', { task: 'code', siteType: 'static' }, dirs)).rejects.toMatchObject({
    code: 'site.bad-role',
    message: expect.stringContaining(`${path} cannot be used: `),
  });
  await expect(getRole('coder', { task: 'code', siteType: 'static' }, dirs)).rejects.toThrow(field);
});

test('refuses a skill with an unknown task', async () => {
  const content = '---\nname: mine\ndescription: A.\ntasks: [dance]\n---\nDo.';
  await write('skills/mine/SKILL.md', content);

  await expect(listRoles(dirs)).rejects.toThrow('tasks.0');
});
