import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeFileAtomic } from '../../base/index.ts';
import { type SiteTest, siteTestsSchema } from '../../checks/index.ts';

export interface ReleaseTests {
  /** What the checks leave of the release; absolute. The tests are kept there. */
  readonly dir: string;
  /** The release comes back: its tests are the ones that it had. */
  readonly isBack: boolean;
  /** Has the agent write tests of what the source is now. */
  readonly write: () => Promise<readonly SiteTest[]>;
}

/**
 * The agent's tests of a release. They are kept with it, because after a rollback the source, which
 * is what the agent can test, is that of a later one. A release that comes back and never had any
 * is tested by the built-in ones alone.
 *
 * @throws what `write` throws.
 */
export async function testsOfRelease({
  dir,
  isBack,
  write,
}: ReleaseTests): Promise<readonly SiteTest[]> {
  const path = join(dir, 'plan-tests.json');
  if (isBack) return await readKept(path);
  const tests = await write();
  await mkdir(dir, { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify(tests, undefined, 2)}\n`, { durable: true });
  return tests;
}

async function readKept(path: string): Promise<readonly SiteTest[]> {
  try {
    return siteTestsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
