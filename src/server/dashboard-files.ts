import { createReadStream, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { systemCode } from '../base/index.ts';

export interface DashboardFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: Readable;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const encodings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

/**
 * Find the file of the dashboard that a path names. Paths without the ending of a file are pages,
 * which the dashboard finds itself (`/agents/job_1.2` is one): they get `index.html`. Undefined when there is no such file.
 */
export async function findDashboardFile(
  root: string,
  path: string,
  acceptEncoding: string,
): Promise<DashboardFile | undefined> {
  const isPage = !(extname(path) in types);
  const name = isPage ? 'index.html' : decoded(path);
  if (name === undefined) return undefined;
  const type = types[extname(name)] ?? 'application/octet-stream';
  const headers = { 'content-type': type, 'cache-control': cachingOf(name) };
  for (const { name: encoding, ending } of encodings) {
    if (!new RegExp(`\\b${encoding}\\b`).test(acceptEncoding)) continue;
    const found = await findInside(root, `${name}${ending}`);
    if (found === undefined) continue;
    return open(found, { ...headers, 'content-encoding': encoding, vary: 'accept-encoding' });
  }
  const found = await findInside(root, name);
  return found && open(found, { ...headers, vary: 'accept-encoding' });
}

/** Vite puts a hash of the content into the names of what lies in `assets/`. */
function cachingOf(name: string): string {
  if (/^\/?assets\/.+-[\w-]{8}\.\w+$/.test(name)) return 'public, max-age=31536000, immutable';
  return extname(name) === '.html' ? 'no-store' : 'no-cache';
}

interface Found {
  readonly path: string;
  readonly stats: Stats;
}

function open({ path, stats }: Found, headers: Readonly<Record<string, string>>): DashboardFile {
  return {
    headers: { ...headers, 'content-length': String(stats.size) },
    stream: createReadStream(path),
  };
}

async function findInside(root: string, name: string): Promise<Found | undefined> {
  try {
    const home = await realpath(root);
    const path = await realpath(join(home, name));
    const stats = await stat(path);
    return stats.isFile() && path.startsWith(home + sep) ? { path, stats } : undefined;
  } catch (error) {
    if (systemCode(error) !== undefined) return undefined;
    throw error;
  }
}

function decoded(path: string): string | undefined {
  try {
    const name = decodeURIComponent(path);
    return name.includes('\0') || name.split('/').includes('..') ? undefined : name;
  } catch {
    return undefined;
  }
}
