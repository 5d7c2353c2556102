import type { ChangeOf, Release } from './release.ts';

type Files = Pick<Release, 'files'>;

/** Count the files by how they differ. */
export function changeOf(before: Files, after: Files): ChangeOf {
  const old = new Map(before.files.map((file) => [file.path, file]));
  let added = 0;
  let changed = 0;
  for (const { path, digest, isExecutable } of after.files) {
    const was = old.get(path);
    if (was === undefined) added += 1;
    else if (was.digest !== digest || was.isExecutable !== isExecutable) changed += 1;
    old.delete(path);
  }
  return { added, changed, removed: old.size };
}
