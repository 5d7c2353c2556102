import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode, writeFileAtomic } from '../../base/index.ts';
import { type Design, designSchema } from './design.ts';
import { renderSite } from './render-site.ts';
import { designFile } from './site-task.ts';

export interface Written {
  /** Made, changed or removed; relative paths. */
  readonly files: readonly string[];
  /** Left as they are, because somebody changed them by hand. */
  readonly kept: readonly string[];
}

/** What the site in a directory was made from; undefined when the demo agent made none there. */
export async function readDesign(dir: string): Promise<Design | undefined> {
  const text = await readText(join(dir, designFile));
  return text === undefined ? undefined : designSchema.parse(JSON.parse(text));
}

/**
 * Write a site's files, and remove those that only `before` had. What somebody changed by hand is
 * kept. Cut off in the middle, it can be done again: the design is written last.
 */
export async function writeSite(
  dir: string,
  design: Design,
  before: Design | undefined,
): Promise<Written> {
  const wanted = renderSite(design);
  const old = before === undefined ? new Map<string, string>() : renderSite(before);
  const files: string[] = [];
  const kept: string[] = [];
  for (const path of new Set([...wanted.keys(), ...old.keys()])) {
    const present = await readText(join(dir, path));
    const content = wanted.get(path);
    if (present === content) continue;
    if (present !== undefined && present !== old.get(path)) {
      kept.push(path);
      continue;
    }
    files.push(path);
    if (content === undefined) await rm(join(dir, path), { force: true });
    else await writeText(join(dir, path), content);
  }
  await writeText(join(dir, designFile), `${JSON.stringify(design, undefined, 2)}\n`);
  return { files, kept };
}

export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeText(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, content, { durable: false });
}

/** Tell of it in one sentence, for people. */
export function tellWritten({ files, kept }: Written): string {
  const changed = files.length === 0 ? 'No file changed.' : `Files: ${files.join(', ')}.`;
  return kept.length === 0
    ? changed
    : `${changed} Kept as they are, because somebody changed them by hand: ${kept.join(', ')}.`;
}
