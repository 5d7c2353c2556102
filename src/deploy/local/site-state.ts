import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError, makeDirectory, systemCode, writeFileAtomic } from '../../base/index.ts';
import { siteTypes } from '../deployer.ts';

/** `DATA/sites/<session_id>/local.json`: what the site host serves after a restart. */
export const siteState = z.strictObject({
  version: z.literal(1),
  session_id: z.string().regex(/^[\w-]{1,100}$/),
  name: z.string(),
  tags: z.record(z.string(), z.string()),
  type: z.enum(siteTypes),
  /** Its port of the loopback interface, for as long as the site is there. */
  port: z.int().min(1).max(65_535),
  release_id: z.string().regex(/^r[0-9a-f]{16}$/),
  run: z
    .strictObject({
      command: z.array(z.string()).min(1).max(100),
      health_path: z.string().regex(/^\/[\x21-\x7e]*$/),
    })
    .nullable(),
  /** `destroying`: what is left of it is removed by whoever finds it. */
  state: z.enum(['live', 'destroying']),
});
export type SiteState = Readonly<z.output<typeof siteState>>;

export function sitesDir(dataDir: string): string {
  return join(dataDir, 'sites');
}

/** What we keep of one site: its releases, its program's data and log, and its state. */
export function siteDir(dataDir: string, sessionId: string): string {
  return join(sitesDir(dataDir), sessionId);
}

/** Undefined: no local site of this session. @throws {CodedError} `deploy.bad-state` */
export async function readState(
  dataDir: string,
  sessionId: string,
): Promise<SiteState | undefined> {
  const path = join(siteDir(dataDir, sessionId), 'local.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    // What it says is removed and served by it: it must not speak of another site.
    return siteState.extend({ session_id: z.literal(sessionId) }).parse(JSON.parse(text));
  } catch (error) {
    throw new CodedError('deploy.bad-state', `The state of a local site cannot be read: ${path}.`, {
      facts: { path },
      cause: error,
      todo: 'Remove the file, then redeploy the site',
    });
  }
}

export async function writeState(dataDir: string, state: SiteState): Promise<void> {
  const dir = siteDir(dataDir, state.session_id);
  await makeDirectory(dir, 0o700);
  await writeFileAtomic(join(dir, 'local.json'), JSON.stringify(state, undefined, 2), {
    durable: true,
    mode: 0o600,
  });
}

/** Sessions that have a local site, or what is left of one. */
export async function listSessions(dataDir: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(sitesDir(dataDir), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** States of all local sites; `onBad` hears of each that cannot be read. */
export async function listStates(
  dataDir: string,
  onBad: (error: unknown) => void,
): Promise<readonly SiteState[]> {
  const found: SiteState[] = [];
  for (const sessionId of await listSessions(dataDir)) {
    try {
      const state = await readState(dataDir, sessionId);
      if (state !== undefined) found.push(state);
    } catch (error) {
      onBad(error);
    }
  }
  return found;
}
