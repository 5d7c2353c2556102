import type { Release, ReleaseFile } from '../release.ts';

export type Found =
  | { readonly kind: 'file'; readonly file: ReleaseFile }
  /** A directory that was asked for without its `/`: relative links in it would be wrong. */
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'none' };

/** The files of a release by path, without those that are never shown. */
export type FileIndex = ReadonlyMap<string, ReleaseFile>;

export function indexFiles({ files }: Pick<Release, 'files'>): FileIndex {
  const shown = files.filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')));
  return new Map(shown.map((file) => [file.path, file]));
}

/**
 * Find what a request's target shows: the file; of a directory its `index.html`; `about.html` for
 * `/about`. Files are looked up among the names of the release, never on the disk, so no spelling
 * of a target leads anywhere else.
 */
export function findFile(files: FileIndex, target: string): Found {
  const [path = '', ...query] = target.split('?');
  const name = decode(path);
  if (name === undefined) return { kind: 'none' };
  const candidates =
    name === '' || name.endsWith('/') ? [`${name}index.html`] : [name, `${name}.html`];
  for (const candidate of candidates) {
    const file = files.get(candidate);
    if (file !== undefined) return { kind: 'file', file };
  }
  if (!files.has(`${name}/index.html`)) return { kind: 'none' };
  // Made from a name of the release: it begins with one slash, so it stays on this site.
  const encoded = name.split('/').map(encodeURIComponent).join('/');
  const rest = query.length === 0 ? '' : `?${query.join('?')}`;
  return { kind: 'redirect', location: `/${encoded}/${rest}` };
}

/** The path without its first slash; undefined for what is no path. */
function decode(path: string): string | undefined {
  if (!path.startsWith('/')) return undefined;
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return undefined;
  }
}
