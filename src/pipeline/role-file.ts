import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { CodedError, systemCode } from '../base/index.ts';
import { siteTypes } from '../deploy/index.ts';

/** What the site's agent can be asked for. */
export const taskNames = ['requirements', 'plan', 'code', 'tests', 'fix'] as const;
export type TaskName = (typeof taskNames)[number];

/** A role or a skill: a Markdown file that says how an agent is to work. */
export interface RoleFile {
  readonly kind: 'role' | 'skill';
  readonly name: string;
  readonly description: string;
  readonly path: string;
  /** `sha256:` and 64 hexadecimal digits, of the whole file. */
  readonly digest: string;
  readonly text: string;
  /** Of a role: the skills that it works by, in this order. */
  readonly skills: readonly string[];
  /** Of a skill: sites and tasks that it is for; undefined means all. */
  readonly siteType: (typeof siteTypes)[number] | undefined;
  readonly tasks: readonly TaskName[] | undefined;
}

export const namePattern = /^[a-z0-9][a-z0-9-]{0,59}$/;

const name = z.string().regex(namePattern, 'must be lower-case letters, digits and hyphens');
const common = { name, description: z.string().trim().min(1).max(1_000) };
const roleHeader = z.strictObject({ ...common, skills: z.array(name).max(20).optional() });
const skillHeader = z.strictObject({
  ...common,
  site_type: z.enum(siteTypes).optional(),
  tasks: z.array(z.enum(taskNames)).min(1).optional(),
});

const LARGEST_BYTES = 64 * 1_024;

/**
 * Read a role or a skill: front matter in YAML between two `---` lines, then its text. Undefined
 * when there is no such file.
 *
 * @throws {CodedError} `site.bad-role`, naming file and field.
 */
export async function findRoleFile(
  kind: RoleFile['kind'],
  path: string,
  expectedName: string,
): Promise<RoleFile | undefined> {
  const bytes = await readBounded(path);
  if (bytes === undefined) return undefined;
  const match = /^---\r?\n(?<head>.*?)\r?\n---\r?\n(?<text>.*)$/s.exec(bytes.toString('utf8'));
  if (match?.groups === undefined) {
    throw badRole(path, 'front matter', 'it must stand between two lines `---`');
  }
  const { head = '', text = '' } = match.groups;
  const fields = await parseHeader(kind, path, head);
  if (fields.name !== expectedName) {
    throw badRole(path, 'name', `it must be "${expectedName}", as the file is named`);
  }
  if (text.trim() === '') throw badRole(path, 'text', 'nothing stands below the front matter');
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { kind, ...fields, path, digest, text: text.trim() };
}

export function badRole(path: string, field: string, problem: string): CodedError {
  return new CodedError('site.bad-role', `${path} cannot be used: ${field}: ${problem}.`, {
    facts: { path, field, problem },
    todo: 'Correct the file, or remove it so that the built-in one is used; docs/sites.md shows what it holds',
  });
}

async function readBounded(path: string): Promise<Buffer | undefined> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    if (size > LARGEST_BYTES) {
      throw badRole(path, 'size', `${size} bytes, at most ${LARGEST_BYTES} are read`);
    }
    return await file.readFile();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw badRole(path, 'file', `it cannot be read (${code})`);
  }
}

type Header = Pick<RoleFile, 'name' | 'description' | 'skills' | 'siteType' | 'tasks'>;

async function parseHeader(kind: RoleFile['kind'], path: string, head: string): Promise<Header> {
  // Loaded late: most commands read no role.
  const { parse } = await import('yaml');
  let raw: unknown;
  try {
    raw = parse(head);
  } catch (error) {
    throw badRole(path, 'front matter', error instanceof Error ? error.message : String(error));
  }
  if (kind === 'role') {
    const { skills = [], ...rest } = checked(path, roleHeader.safeParse(raw));
    return { ...rest, skills, siteType: undefined, tasks: undefined };
  }
  const { name: own, description, site_type, tasks } = checked(path, skillHeader.safeParse(raw));
  return { name: own, description, skills: [], siteType: site_type, tasks };
}

function checked<T>(path: string, { data, error }: z.ZodSafeParseResult<T>): T {
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw badRole(path, issue?.path.join('.') || 'front matter', issue?.message ?? 'it is wrong');
}
