import type { DeploySettings } from '../settings.ts';
import { createdBy } from '../tags.ts';
import type { AzureApi } from './azure-api.ts';
import { apiVersions, groupId, sharedName } from './azure-names.ts';
import { deployTemplate } from './deploy-template.ts';
import { frontDoorTemplate } from './front-door-template.ts';
import { ensureSharedGroup, removeGroup, sharedTags } from './groups.ts';
import type { AzureTools } from './tools.ts';
import { OPERATION_LIMIT_MS, until } from './until.ts';

export interface Origin {
  readonly host: string;
  readonly forwarding: 'HttpOnly' | 'HttpsOnly';
}

/**
 * Put the shared Front Door before a site, and make it forget what it kept of the site.
 *
 * @returns the site's address there.
 */
export async function ensureFrontDoor(
  tools: AzureTools,
  { host, forwarding }: Origin,
  signal: AbortSignal,
): Promise<string> {
  const { api, plan, settings, onEvent } = tools;
  const door = placeOf(api, settings.azureFrontDoor);
  if (door.isOurs) await ensureSharedGroup(tools, signal);
  const isThere = (await api.findResource(door.id, apiVersions.cdn, signal)) !== undefined;
  const template = frontDoorTemplate({
    profile: door.profile,
    name: plan.name,
    tags: plan.tags,
    profileTags: sharedTags,
    origin: host,
    forwarding,
  });
  const outputs = await deployTemplate(
    api,
    {
      group: door.group,
      name: plan.name,
      template,
      parameters: { makeProfile: door.isOurs && !isThere },
      tags: plan.tags,
      proof: { id: `${door.id}/afdEndpoints/${plan.name}`, apiVersion: apiVersions.cdn },
    },
    onEvent,
    signal,
  );
  return `https://${outputs['host'] ?? ''}/`;
}

/** Resource group that the shared Front Door's deployments are in. */
export function frontDoorGroup(api: AzureApi, { azureFrontDoor }: DeploySettings): string {
  return placeOf(api, azureFrontDoor).group;
}

/** Make Front Door fetch everything of a site anew. */
export async function purgeFrontDoor(
  { api, plan, settings, onEvent }: AzureTools,
  signal: AbortSignal,
): Promise<void> {
  const { id } = placeOf(api, settings.azureFrontDoor);
  const path = `${id}/afdEndpoints/${plan.name}/purge`;
  await api.post(path, apiVersions.cdn, { contentPaths: ['/*'] }, signal);
  onEvent({ kind: 'cache.purged', text: 'Front Door fetches the site anew' });
}

/**
 * Remove what a site has in the shared Front Door, if anything, and the whole of it once no site
 * is left in one that we made.
 */
export async function removeFromFrontDoor(
  { api, plan, settings, onEvent }: AzureTools,
  signal: AbortSignal,
): Promise<void> {
  const door = placeOf(api, settings.azureFrontDoor);
  const { name } = plan;
  if ((await api.findGroup(door.group, signal)) === undefined) return;
  // What refers to another goes first.
  const parts = [
    `afdEndpoints/${name}/routes/site`,
    `afdEndpoints/${name}`,
    `originGroups/${name}/origins/site`,
    `originGroups/${name}`,
  ];
  for (const part of parts) {
    const id = `${door.id}/${part}`;
    if ((await api.findResource(id, apiVersions.cdn, signal)) === undefined) continue;
    await removeResource(api, { id, apiVersion: apiVersions.cdn }, signal);
    onEvent({ kind: 'resource.removed', text: `Front Door: ${part} is removed` });
  }
  if (!door.isOurs || !(await isUnused(api, signal))) return;
  await removeGroup(api, sharedName, signal);
  onEvent({
    kind: 'group.removed',
    text: 'The shared Front Door is removed: no site is left in it',
  });
}

/** Delete a resource, and wait until it is gone. */
export async function removeResource(
  api: AzureApi,
  { id, apiVersion }: { readonly id: string; readonly apiVersion: string },
  signal: AbortSignal,
): Promise<void> {
  await api.deleteResource(id, apiVersion, signal);
  const isGone = async (): Promise<true | undefined> =>
    (await api.findResource(id, apiVersion, signal)) === undefined ? true : undefined;
  const wait = { name: id, reason: 'it is still being deleted', limitMs: OPERATION_LIMIT_MS };
  await until(api, isGone, wait, signal);
}

interface Place {
  readonly id: string;
  readonly group: string;
  readonly profile: string;
  /** We made it, and remove it. */
  readonly isOurs: boolean;
}

function placeOf({ subscription }: AzureApi, given: string | undefined): Place {
  const own = `${groupId(subscription, sharedName)}/providers/Microsoft.Cdn/profiles/${sharedName}`;
  const id = given ?? own;
  const group = /\/resourceGroups\/(?<group>[^/]+)\//i.exec(id)?.groups?.['group'] ?? sharedName;
  return { id, group, profile: id.split('/').at(-1) ?? sharedName, isOurs: given === undefined };
}

/** True when the group is ours, and the profile in it has no endpoint. */
async function isUnused(api: AzureApi, signal: AbortSignal): Promise<boolean> {
  const group = await api.findGroup(sharedName, signal);
  if (group === undefined || group.tags['CreatedBy'] !== createdBy) return false;
  // Somebody began to: we wait for the end with them.
  if (group.state === 'Deleting') return true;
  const ids = await api.listResources(sharedName, signal);
  return ids.every((id) => !/\/afdEndpoints\//i.test(id));
}
