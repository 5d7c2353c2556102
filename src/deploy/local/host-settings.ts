import { join } from 'node:path';
import { z } from 'zod';
import { sitesDir } from './site-state.ts';

/** What the process of the site host is told, as its one argument. */
export const hostSettings = z.strictObject({
  dataDir: z.string(),
  runtimeDir: z.string(),
  firstPort: z.int(),
  environment: z.record(z.string(), z.string()),
  startLimitMs: z.int(),
});
export type HostSettings = Readonly<z.output<typeof hostSettings>>;

/** How long a program may take to answer its health path. */
export const defaultStartLimitMs = 30_000;

/** Exit code: another process is the site host already. */
export const OTHER_HOST = 3;

export function controlSocket({ runtimeDir }: { readonly runtimeDir: string }): string {
  return join(runtimeDir, 'sites.sock');
}

export function lockPath({ dataDir }: { readonly dataDir: string }): string {
  return join(sitesDir(dataDir), 'host.lock');
}

export function hostLogPath({ dataDir }: { readonly dataDir: string }): string {
  return join(sitesDir(dataDir), 'host.log');
}
