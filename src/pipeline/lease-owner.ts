import { hostname } from 'node:os';
import { isRunning, type ProcessIdentity } from '../base/index.ts';

/**
 * Name a runner in the rows it holds, so that others on its host see when its process is gone:
 * what it held is then free at once, and not only when its leases run out.
 */
export function nameOwner(id: string, { pid, startTime }: ProcessIdentity): string {
  return JSON.stringify([id, hostname(), pid, startTime]);
}

/** Owners of this host whose process is gone. */
export async function findDeadOwners(owners: readonly string[]): Promise<readonly string[]> {
  const dead: string[] = [];
  for (const owner of owners) {
    const place = parse(owner);
    if (place?.host === hostname() && !(await isRunning(place))) dead.push(owner);
  }
  return dead;
}

function parse(owner: string): (ProcessIdentity & { readonly host: string }) | undefined {
  const parts: unknown = JSON.parse(owner);
  if (!Array.isArray(parts)) return undefined;
  const [, host, pid, startTime]: unknown[] = parts;
  const isWhole =
    typeof host === 'string' && typeof pid === 'number' && typeof startTime === 'string';
  return isWhole ? { host, pid, startTime } : undefined;
}
