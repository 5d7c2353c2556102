import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { systemCode, writeFileAtomic } from '../base/index.ts';
import type { Release } from './release.ts';
import { DamagedReleaseError, NoReleaseError } from './site-errors.ts';

/** `manifest.json` of a release; times are wall time in ms. */
const schema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  created_at: z.int(),
  files: z.array(
    z.strictObject({
      path: z.string(),
      bytes: z.int(),
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      is_executable: z.boolean(),
    }),
  ),
});

export async function writeManifest(
  dir: string,
  { id, createdAt, files }: Pick<Release, 'id' | 'createdAt' | 'files'>,
): Promise<void> {
  const manifest: z.input<typeof schema> = {
    version: 1,
    id,
    created_at: createdAt,
    files: files.map(({ path, bytes, digest, isExecutable }) => ({
      path,
      bytes,
      digest,
      is_executable: isExecutable,
    })),
  };
  await writeFileAtomic(join(dir, 'manifest.json'), JSON.stringify(manifest), { durable: true });
}

/** Read the release in a directory. @throws {CodedError} `deploy.no-release` */
export async function readManifest(dir: string): Promise<Release> {
  const id = basename(dir);
  const text = await readFile(join(dir, 'manifest.json'), 'utf8').catch((error: unknown) => {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw code === 'ENOENT'
      ? new NoReleaseError(id)
      : new DamagedReleaseError(dir, `its manifest cannot be read (${code})`, error);
  });
  const manifest = parse(dir, text);
  const files = manifest.files.map(({ path, bytes, digest, is_executable: isExecutable }) => ({
    path,
    bytes,
    digest,
    isExecutable,
  }));
  return {
    id,
    dir: join(dir, 'files'),
    files,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    createdAt: manifest.created_at,
  };
}

function parse(dir: string, text: string): z.output<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new DamagedReleaseError(dir, 'its manifest was changed or damaged', error);
  }
}
