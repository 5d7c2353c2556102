import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemCode } from '../base/index.ts';
import type { SiteType } from '../deploy/index.ts';
import { badRole, findRoleFile, namePattern, type RoleFile, type TaskName } from './role-file.ts';

const builtInRoles = fileURLToPath(new URL('../../roles', import.meta.url));

/** Directories of roles and skills: the user's files hide the built-in ones of the same name. */
export function roleDirsOf(dataDir: string): readonly string[] {
  return [join(dataDir, 'roles'), builtInRoles];
}

export interface ListedRole extends Pick<RoleFile, 'kind' | 'name' | 'description' | 'path'> {
  /** False for one that the user wrote or changed. */
  readonly isBuiltIn: boolean;
}

/**
 * Every role and skill that can be used, roles first, by name.
 *
 * @throws {CodedError} `site.bad-role`, naming file and field.
 */
export async function listRoles(dirs: readonly string[]): Promise<readonly ListedRole[]> {
  const found: ListedRole[] = [];
  for (const kind of ['role', 'skill'] as const) {
    for (const name of await namesOf(kind, dirs)) {
      const { description, path } = await getRoleFile(kind, name, dirs);
      const isBuiltIn = path.startsWith(join(builtInRoles, '/'));
      found.push({ kind, name, description, path, isBuiltIn });
    }
  }
  return found;
}

/** A role, and those of its skills that are for this work, in the role's order. */
export interface UsedRole {
  readonly role: RoleFile;
  readonly skills: readonly RoleFile[];
}

/** @throws {CodedError} `site.bad-role`: a file is wrong, or names a skill that is nowhere. */
export async function getRole(
  name: string,
  { task, siteType }: { readonly task: TaskName; readonly siteType: SiteType },
  dirs: readonly string[],
): Promise<UsedRole> {
  const role = await getRoleFile('role', name, dirs);
  const skills: RoleFile[] = [];
  for (const skill of role.skills) {
    const file = await findIn('skill', skill, dirs);
    if (file === undefined) throw badRole(role.path, 'skills', `there is no skill "${skill}"`);
    const isForType = file.siteType === undefined || file.siteType === siteType;
    if (isForType && file.tasks?.includes(task) !== false) skills.push(file);
  }
  return { role, skills };
}

async function getRoleFile(
  kind: RoleFile['kind'],
  name: string,
  dirs: readonly string[],
): Promise<RoleFile> {
  const file = await findIn(kind, name, dirs);
  if (file !== undefined) return file;
  throw badRole(pathOf(kind, name, dirs[0] ?? ''), 'file', 'it is not there');
}

async function findIn(
  kind: RoleFile['kind'],
  name: string,
  dirs: readonly string[],
): Promise<RoleFile | undefined> {
  for (const dir of dirs) {
    const file = await findRoleFile(kind, pathOf(kind, name, dir), name);
    if (file !== undefined) return file;
  }
  return undefined;
}

function pathOf(kind: RoleFile['kind'], name: string, dir: string): string {
  return kind === 'role'
    ? join(dir, 'agents', `${name}.md`)
    : join(dir, 'skills', name, 'SKILL.md');
}

/** Names that are files in one of the directories; what cannot be a name is passed over. */
async function namesOf(
  kind: RoleFile['kind'],
  dirs: readonly string[],
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const dir of dirs) {
    for (const entry of await entriesOf(join(dir, kind === 'role' ? 'agents' : 'skills'))) {
      const name = kind === 'role' ? entry.replace(/\.md$/, '') : entry;
      const isOne = kind === 'skill' || entry.endsWith('.md');
      if (isOne && namePattern.test(name)) names.add(name);
    }
  }
  return [...names].toSorted();
}

async function entriesOf(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
