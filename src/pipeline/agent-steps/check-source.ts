import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { systemCode } from '../../base/index.ts';
import { isLeftOut } from '../../deploy/index.ts';
import { type Plan, programOf } from './plan-schema.ts';
import type { Issue } from './read-answer.ts';

export interface SourceReport {
  /** That would be published. */
  readonly files: number;
  readonly bytes: number;
  /** Why it cannot be published; empty when it can. At most 20. */
  readonly issues: readonly Issue[];
}

const MOST_FILES = 20_000;
const LARGEST_FILE = 64 * 1_024 * 1_024;
const LARGEST_SITE = 512 * 1_024 * 1_024;
const MOST_ISSUES = 20;

interface Survey {
  readonly root: string;
  readonly isStatic: boolean;
  readonly issues: Issue[];
  files: number;
  bytes: number;
}

/**
 * Look whether what an agent wrote can be published: the directory that the plan names and the
 * first page or the program in it are there, no link leads out of `sourceDir`, and it is not too large.
 */
export async function checkSource(
  sourceDir: string,
  plan: Pick<Plan, 'publish_dir' | 'site_type' | 'run' | 'pages'>,
  signal: AbortSignal,
): Promise<SourceReport> {
  const root = await realpath(sourceDir);
  const isStatic = plan.site_type === 'static';
  const survey: Survey = { root, isStatic, issues: [], files: 0, bytes: 0 };
  const dir = join(root, plan.publish_dir);
  if (await isPublishable(dir, plan.publish_dir, survey)) {
    await visit(dir, survey, signal);
    for (const [file, why] of neededFiles(plan)) {
      if (!(await isFile(join(dir, file)))) add(survey, file, `${why}, and it is missing or empty`);
    }
  }
  return { files: survey.files, bytes: survey.bytes, issues: survey.issues };
}

async function isPublishable(dir: string, name: string, survey: Survey): Promise<boolean> {
  try {
    const isInside = isBelow(await realpath(dir), survey.root);
    const isDirectory = (await stat(dir)).isDirectory();
    if (!isInside) add(survey, name, 'it leads out of the directory of the site');
    else if (!isDirectory) add(survey, name, 'it is published, and is no directory');
    return isInside && isDirectory;
  } catch (error) {
    if (!isAbsence(error)) throw error;
    add(survey, name, 'it is the directory that is published, and it is not there');
    return false;
  }
}

async function visit(dir: string, survey: Survey, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (survey.files >= MOST_FILES || survey.issues.length >= MOST_ISSUES) return;
    const path = join(dir, entry.name);
    if (isLeftOut(entry.name, survey.isStatic)) continue;
    if (entry.isDirectory()) await visit(path, survey, signal);
    else if (entry.isSymbolicLink()) await checkLink(path, survey);
    else if (entry.isFile()) await count(path, survey);
    else add(survey, relative(survey.root, path), 'it is neither a file nor a directory');
  }
}

async function checkLink(path: string, survey: Survey): Promise<void> {
  const name = relative(survey.root, path);
  try {
    if (!isBelow(await realpath(path), survey.root)) {
      add(survey, name, 'it is a link that leads out of the directory of the site');
    }
  } catch (error) {
    if (!isAbsence(error)) throw error;
    add(survey, name, 'it is a link that leads nowhere');
  }
}

async function count(path: string, survey: Survey): Promise<void> {
  const { size } = await lstat(path);
  survey.files += 1;
  survey.bytes += size;
  if (size > LARGEST_FILE) {
    add(
      survey,
      relative(survey.root, path),
      `${size} bytes, at most ${LARGEST_FILE} are published`,
    );
  }
  if (survey.files === MOST_FILES) add(survey, 'files', `${MOST_FILES} or more are too many`);
  const before = survey.bytes - size;
  if (survey.bytes > LARGEST_SITE && before <= LARGEST_SITE) {
    add(survey, 'files', `more than ${LARGEST_SITE} bytes together`);
  }
}

/** What has to be there, relative to the published directory, with the reason. */
function neededFiles({
  site_type,
  run,
  pages,
}: Pick<Plan, 'site_type' | 'run' | 'pages'>): ReadonlyMap<string, string> {
  const program = run === undefined ? undefined : programOf(run.command);
  if (site_type === 'dynamic') {
    return new Map(program === undefined ? [] : [[program, 'it is the program of the site']]);
  }
  const files = pages.map(({ path }) => [fileOf(path), `the plan has the page ${path}`] as const);
  return new Map([...files, ['index.html', 'it is the first page']]);
}

function fileOf(path: string): string {
  const name = path.slice(1);
  if (name === '' || name.endsWith('/')) return `${name}index.html`;
  return /\.\w+$/.test(name) ? name : `${name}.html`;
}

async function isFile(path: string): Promise<boolean> {
  try {
    const facts = await stat(path);
    return facts.isFile() && facts.size > 0;
  } catch (error) {
    if (!isAbsence(error)) throw error;
    return false;
  }
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}${sep}`);
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '');
}

function add({ issues }: Survey, place: string, message: string): void {
  if (issues.length < MOST_ISSUES) issues.push({ place, message });
}
