import type { ResourceGroup, ResourceManagementClient } from '@azure/arm-resources';
import type { AzureApi, AzureGroup } from './azure-api.ts';
import { allOf, type Ask, orNothing } from './azure-calls.ts';

type GroupCalls = Pick<AzureApi, 'findGroup' | 'putGroup' | 'deleteGroup' | 'listGroups'>;

export function groupCalls({ resourceGroups }: ResourceManagementClient, ask: Ask): GroupCalls {
  return {
    findGroup: async (name, signal) =>
      await ask(`look at resource group ${name}`, signal, async () => {
        const found = await orNothing(resourceGroups.get(name, { abortSignal: signal }));
        return found === undefined ? undefined : toGroup(found);
      }),
    async putGroup({ name, location, tags }, signal) {
      await ask(`create resource group ${name}`, signal, async () => {
        const wish = { location, tags: { ...tags } };
        await resourceGroups.createOrUpdate(name, wish, { abortSignal: signal });
      });
    },
    async deleteGroup(name, signal) {
      await ask(`delete resource group ${name}`, signal, async () => {
        // The poller is a promise of the end: only that it has begun is waited for.
        await orNothing(resourceGroups.delete(name, { abortSignal: signal }).submitted());
      });
    },
    listGroups: async (signal) =>
      await ask('list resource groups', signal, async () => {
        const groups = await allOf(resourceGroups.list({ abortSignal: signal }));
        return groups.map(toGroup);
      }),
  };
}

function toGroup({ name = '', location, tags = {}, properties }: ResourceGroup): AzureGroup {
  return { name, location, tags, state: properties?.provisioningState ?? 'Succeeded' };
}
