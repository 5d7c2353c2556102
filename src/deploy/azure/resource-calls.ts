import type { ResourceManagementClient } from '@azure/arm-resources';
import type { AzureApi } from './azure-api.ts';
import { allOf, type Ask, orNothing } from './azure-calls.ts';

type ResourceCalls = Pick<AzureApi, 'findResource' | 'deleteResource' | 'listResources'>;

export function resourceCalls({ resources }: ResourceManagementClient, ask: Ask): ResourceCalls {
  return {
    findResource: async (id, apiVersion, signal) =>
      await ask(`look at ${id}`, signal, async () => {
        const asked = resources.getById(toPath(id), apiVersion, { abortSignal: signal });
        const found = await orNothing(asked);
        return found === undefined ? undefined : stateOf(found.properties);
      }),
    async deleteResource(id, apiVersion, signal) {
      await ask(`delete ${id}`, signal, async () => {
        const deletion = resources.deleteById(toPath(id), apiVersion, { abortSignal: signal });
        await orNothing(deletion.submitted());
      });
    },
    listResources: async (group, signal) =>
      await ask(`list what is in resource group ${group}`, signal, async () => {
        const asked = allOf(resources.listByResourceGroup(group, { abortSignal: signal }));
        return ((await orNothing(asked)) ?? []).flatMap(({ id }) => id ?? []);
      }),
  };
}

/** The SDK puts a slash before it; ids begin with one. */
function toPath(id: string): string {
  return id.replace(/^\//, '');
}

function stateOf(properties: unknown): string {
  const isObject = typeof properties === 'object' && properties !== null;
  const state = isObject && 'provisioningState' in properties && properties.provisioningState;
  return typeof state === 'string' ? state : 'Succeeded';
}
