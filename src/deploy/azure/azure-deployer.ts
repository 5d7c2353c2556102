import { CodedError } from '../../base/index.ts';
import type { Deployer, DeploymentState, FoundDeployment } from '../deployer.ts';
import type { DeploySettings } from '../settings.ts';
import { createdBy } from '../tags.ts';
import type { AzureApi, AzureGroup } from './azure-api.ts';
import { releaseTag } from './azure-names.ts';
import { applyDynamic } from './dynamic-site.ts';
import { removeFromFrontDoor } from './front-door.ts';
import { refuseForeign, removeGroup } from './groups.ts';
import { openAzureApi } from './open-azure-api.ts';
import { planAzure } from './plan-azure.ts';
import { readAzureLogs } from './read-logs.ts';
import { azureStatus } from './azure-status.ts';
import { applyStatic } from './static-site.ts';
import type { AzureTools } from './tools.ts';

/**
 * Puts sites at Azure: one resource group each, made by one ARM template. See docs/deploy-azure.md.
 */
export function makeAzureDeployer(settings: DeploySettings): Deployer {
  let opening: Promise<AzureApi> | undefined;
  const open = async (): Promise<AzureApi> => {
    opening ??= openAzureApi(settings);
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  const apply: Deployer['apply'] = async (plan, release, onEvent, signal) => {
    const tools = { api: await open(), settings, plan, onEvent };
    const publish = plan.spec.type === 'static' ? applyStatic : applyDynamic;
    try {
      return await publish(tools, release, signal);
    } catch (error) {
      if (isFinal(error)) await removeUnborn(tools, signal);
      throw error;
    }
  };
  return {
    provider: 'azure',
    plan: (spec) => planAzure(spec, settings),
    apply,
    // What was live before lies in the release store, not at Azure: going back is publishing it.
    rollback: apply,
    status: async (plan, signal) => await azureStatus(await open(), settings, plan, signal),
    logs: async (plan, lines, signal) => await readAzureLogs(await open(), plan, lines, signal),
    async destroy(plan, onEvent, signal) {
      const tools = { api: await open(), settings, plan, onEvent };
      const group = await tools.api.findGroup(plan.name, signal);
      if (group !== undefined) refuseForeign(group, plan);
      // Before the group: as long as that is there, somebody sees that something is left.
      await removeFromFrontDoor(tools, signal);
      if (group === undefined) return;
      await removeGroup(tools.api, plan.name, signal);
      onEvent({ kind: 'group.removed', text: `Resource group ${plan.name} is gone` });
    },
    async list(signal) {
      const groups = await (await open()).listGroups(signal);
      return groups.filter(({ tags }) => isSite(tags)).map(toFound);
    },
  };
}

/** Failures that stay until somebody does something. */
function isFinal(error: unknown): boolean {
  const codes = ['denied', 'quota', 'name-taken', 'failed'].map((one) => `deploy.${one}`);
  return error instanceof CodedError && codes.includes(error.code);
}

/**
 * Remove what was made for a site that never was live and cannot be: nobody would look for it, and
 * it costs money. What cannot be removed is told, and found by `list`.
 */
async function removeUnborn(tools: AzureTools, signal: AbortSignal): Promise<void> {
  const { api, plan, settings, onEvent } = tools;
  const { name } = plan;
  try {
    const group = await api.findGroup(name, signal);
    if (group === undefined || group.tags[releaseTag] !== undefined) return;
    refuseForeign(group, plan);
    await removeFromFrontDoor(tools, signal);
    await removeGroup(api, name, signal);
    onEvent({ kind: 'group.removed', text: `Resource group ${name} is removed again` });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CodedError)) throw error;
    if (error.code === 'deploy.name-taken') return;
    settings.log.warn('a resource group is left over', { name, code: error.code });
    onEvent({
      kind: 'group.left',
      text: `Resource group ${name} could not be removed again: destroy the site`,
      facts: { name, code: error.code },
    });
  }
}

function isSite(tags: Readonly<Record<string, string>>): boolean {
  // The shared Front Door has no session: it goes with the last site that uses it.
  return tags['CreatedBy'] === createdBy && tags['SessionID'] !== undefined;
}

function toFound({ name, tags, location, state }: AzureGroup): FoundDeployment {
  const live: DeploymentState = tags[releaseTag] === undefined ? 'deploying' : 'live';
  return {
    provider: 'azure',
    name,
    tags,
    state: state === 'Deleting' ? 'destroying' : live,
    region: location,
  };
}
