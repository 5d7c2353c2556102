import type { Deployed } from '../deployer.ts';
import type { Release } from '../release.ts';
import { releaseTag, storageName } from './azure-names.ts';
import { deployPlan } from './deploy-plan.ts';
import { ensureFrontDoor, purgeFrontDoor } from './front-door.ts';
import { ensureGroup, markRelease } from './groups.ts';
import type { AzureTools } from './tools.ts';
import { untilServed } from './until-served.ts';
import { uploadSite } from './upload-site.ts';

const SERVE_LIMIT_MS = 5 * 60_000;
/** A new endpoint of Front Door is known everywhere only after a while. */
const FRONT_DOOR_LIMIT_MS = 20 * 60_000;

/** Publish a release of a static site: account, files, Front Door if it is to have one. */
export async function applyStatic(
  tools: AzureTools,
  release: Release,
  signal: AbortSignal,
): Promise<Deployed> {
  const { api, plan, settings } = tools;
  const group = await ensureGroup(tools, signal);
  const { outputs, principalId } = await deployPlan(tools, signal);
  const { blob = '', web = '' } = outputs;
  const service = await api.openBlobs(blob);
  const changed = await uploadSite(tools, { service, release, principalId }, signal);
  const isShared = plan.spec.frontDoor === 'shared';
  const url = isShared
    ? await ensureFrontDoor(tools, { host: new URL(web).host, forwarding: 'HttpsOnly' }, signal)
    : web;
  if (isShared && hasChanged(changed)) await purgeFrontDoor(tools, signal);
  const digest = release.files.find(({ path }) => path === 'index.html')?.digest;
  const usualMs = isShared ? FRONT_DOOR_LIMIT_MS : SERVE_LIMIT_MS;
  const limitMs = settings.azure?.serveLimitMs ?? usualMs;
  await untilServed(api, { url, digest, limitMs }, signal);
  await markRelease(tools, group, release.id, signal);
  return {
    url,
    releaseId: release.id,
    changed: group.tags[releaseTag] === undefined ? undefined : changed,
    details: {
      resource_group: plan.name,
      location: group.location,
      storage_account: storageName(plan.name),
      storage_url: web,
      front_door: isShared,
    },
  };
}

function hasChanged({ added, changed, removed }: NonNullable<Deployed['changed']>): boolean {
  return added + changed + removed > 0;
}
