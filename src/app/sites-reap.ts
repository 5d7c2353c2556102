import { CodedError } from '../base/index.ts';
import { expiryOf, type FoundDeployment, providers, siteTypes } from '../deploy/index.ts';
import type { Deployer } from '../deploy/index.ts';
import { completeSpec, findPersonIn } from '../pipeline/index.ts';
import type { Leftover } from './site-use-cases.ts';
import type { SitesContext } from './sites-context.ts';

export interface ReapWish {
  readonly providers: readonly string[];
  /** Only say what is left. */
  readonly isDry: boolean;
}

/**
 * Look for deployments at the providers that no site here stands for, and remove them.
 *
 * What another installation made is told and never touched: only a GUID that this database gave
 * to somebody proves that a deployment is ours.
 *
 * @throws {CodedError} `deploy.*`: a provider cannot be asked.
 */
export async function reapSites(
  ctx: SitesContext,
  { providers: wanted, isDry }: ReapWish,
  onEvent: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly Leftover[]> {
  const leftovers: Leftover[] = [];
  for (const provider of providers.filter((one) => wanted.includes(one))) {
    const deployer = await ctx.deployer(provider);
    onEvent(`${provider}: looking for what is left`);
    for (const found of await deployer.list(signal)) {
      const reason = await whyLeft(ctx, found, signal);
      if (reason === undefined) continue;
      const facts = {
        provider,
        name: found.name,
        region: found.region ?? null,
        session_id: found.tags['SessionID'] ?? null,
        reason,
      };
      const removal = isDry ? untouched : await remove({ ctx, deployer, found }, onEvent, signal);
      leftovers.push({ ...facts, ...removal });
    }
  }
  return leftovers;
}

type Removal = Pick<Leftover, 'is_removed' | 'error'>;
const untouched: Removal = { is_removed: false, error: null };

async function whyLeft(
  { app: { store, clock } }: SitesContext,
  { tags }: FoundDeployment,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = 'SELECT status FROM sites WHERE session_id = $1';
  const sessionId = tags['SessionID'] ?? '';
  const [row] = await store.read(async (sql) => await sql.all(query, [sessionId]), signal);
  const status = row?.['status'];
  if (status === undefined) return 'no such session';
  if (status === 'destroyed') return 'destroyed';
  // One that is known is destroyed by its runner, which knows when it tried last.
  const isPast = (expiryOf(tags) ?? Infinity) < clock.now() && status !== 'destroying';
  return isPast ? 'past its time' : undefined;
}

interface Removed {
  readonly ctx: SitesContext;
  readonly deployer: Deployer;
  readonly found: FoundDeployment;
}

async function remove(
  { ctx, deployer, found }: Removed,
  onEvent: (line: string) => void,
  signal: AbortSignal,
): Promise<Removal> {
  const { tags, name, region, provider } = found;
  try {
    const { store } = ctx.app;
    const userGuid = tags['UserGUID'] ?? '';
    const sessionId = tags['SessionID'] ?? '';
    const person = await store.read(async (sql) => await findPersonIn(sql, userGuid), signal);
    if (person?.guid !== userGuid) throw notOurs(name);
    const type = siteTypes.find((one) => one === tags['SiteType']) ?? 'static';
    const place = { provider, type, userGuid, sessionId, region, size: undefined };
    const plan = deployer.plan(
      completeSpec({ ...place, frontDoor: undefined, expiresAt: undefined }),
    );
    if (plan.name !== name) throw notOurs(name);
    await deployer.destroy(plan, ({ text }) => onEvent(`${name}: ${text}`), signal);
    return { is_removed: true, error: null };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CodedError)) throw error;
    const { code, message, todo = null } = error;
    return { is_removed: false, error: { code, message, todo } };
  }
}

function notOurs(name: string): CodedError {
  return new CodedError('site.not-ours', `${name} was made by another installation.`, {
    facts: { name },
    todo: 'Remove it from there, or at the provider itself',
  });
}
