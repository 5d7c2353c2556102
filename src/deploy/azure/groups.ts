import { CodedError } from '../../base/index.ts';
import type { DeploymentPlan } from '../deployer.ts';
import { createdBy } from '../tags.ts';
import type { AzureApi, AzureGroup } from './azure-api.ts';
import { halfMade, nameTaken } from './azure-errors.ts';
import { releaseTag, sharedName } from './azure-names.ts';
import { locationOf } from './plan-azure.ts';
import type { AzureTools } from './tools.ts';
import { OPERATION_LIMIT_MS, until } from './until.ts';

/** The tags that say whose a group is; the others change. */
const OWNER_TAGS = ['CreatedBy', 'UserGUID', 'SessionID'];

/**
 * Make the site's resource group, or find the one of an earlier run; one that is being deleted is
 * waited for and made anew.
 *
 * @throws {CodedError} `deploy.name-taken`: somebody else's group has the name. `deploy.bad-spec`:
 * it is in another location. `deploy.half-made`: it is being deleted, and stays so.
 */
export async function ensureGroup(
  { api, plan, settings, onEvent }: AzureTools,
  signal: AbortSignal,
): Promise<AzureGroup> {
  const { name, tags } = plan;
  const location = locationOf(plan.spec, settings);
  let found = await api.findGroup(name, signal);
  if (found?.state === 'Deleting') {
    onEvent({ kind: 'group.deleting', text: `Waiting until resource group ${name} is deleted` });
    await untilGone(api, name, signal);
    found = undefined;
  }
  if (found !== undefined) {
    refuseForeign(found, plan);
    if (found.location !== location) throw elsewhere(found, location);
  }
  const live = found?.tags[releaseTag];
  const group = {
    name,
    location,
    tags: live === undefined ? tags : { ...tags, [releaseTag]: live },
  };
  await api.putGroup(group, signal);
  if (found === undefined) {
    onEvent({ kind: 'group.created', text: `Resource group ${name} is made in ${location}` });
  }
  return { ...group, state: 'Succeeded' };
}

/** Make the group that the shared Front Door is in. @throws {CodedError} `deploy.name-taken` */
export async function ensureSharedGroup(
  { api, settings: { azureLocation: location } }: AzureTools,
  signal: AbortSignal,
): Promise<void> {
  let found = await api.findGroup(sharedName, signal);
  if (found?.state === 'Deleting') {
    await untilGone(api, sharedName, signal);
    found = undefined;
  }
  if (found === undefined) {
    await api.putGroup({ name: sharedName, location, tags: sharedTags }, signal);
  } else if (found.tags['CreatedBy'] !== createdBy) throw foreign(found);
}

export const sharedTags = { Project: 'tmux-builder', CreatedBy: createdBy } as const;

/** Say in the group's tags which release is live. */
export async function markRelease(
  { api, onEvent }: AzureTools,
  { name, location, tags }: AzureGroup,
  releaseId: string,
  signal: AbortSignal,
): Promise<void> {
  if (tags[releaseTag] === releaseId) return;
  await api.putGroup({ name, location, tags: { ...tags, [releaseTag]: releaseId } }, signal);
  onEvent({ kind: 'release.live', text: `Release ${releaseId} is live` });
}

/** Delete a group with all that is in it, and wait until it is gone. */
export async function removeGroup(api: AzureApi, name: string, signal: AbortSignal): Promise<void> {
  await api.deleteGroup(name, signal);
  await untilGone(api, name, signal);
}

/** @throws {CodedError} `deploy.name-taken`: it has not the tags of the plan's owner. */
export function refuseForeign(group: AzureGroup, { tags }: Pick<DeploymentPlan, 'tags'>): void {
  if (OWNER_TAGS.some((tag) => group.tags[tag] !== tags[tag])) throw foreign(group);
}

function foreign({ name }: AzureGroup): CodedError {
  return nameTaken(
    `Resource group ${name} is there already, and its tags do not say that it is of this site.`,
    { name },
  );
}

function elsewhere({ name, location: is }: AzureGroup, wanted: string): CodedError {
  return new CodedError('deploy.bad-spec', `The site is in ${is} already, not in ${wanted}.`, {
    facts: { name, is, wanted },
    todo: 'Destroy the site before you move it: tmux-builder site destroy SESSION',
  });
}

async function untilGone(api: AzureApi, name: string, signal: AbortSignal): Promise<void> {
  let isDeleting = false;
  const look = async (): Promise<true | undefined> => {
    const found = await api.findGroup(name, signal);
    if (found === undefined) return true;
    if (found.state !== 'Deleting' && isDeleting) {
      throw halfMade(
        `Resource group ${name}`,
        'Azure stopped deleting it',
        'Look for locks on it and on what is in it, then destroy the site again',
      );
    }
    isDeleting ||= found.state === 'Deleting';
    return undefined;
  };
  const wait = {
    name: `Resource group ${name}`,
    reason: 'it is still being deleted',
    limitMs: OPERATION_LIMIT_MS,
  };
  await until(api, look, wait, signal);
}
