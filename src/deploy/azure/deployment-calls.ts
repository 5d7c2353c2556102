import type { Deployment, DeploymentsClient } from '@azure/arm-resourcesdeployments';
import type { AzureApi, DeploymentBody } from './azure-api.ts';
import { allOf, type Ask, orNothing } from './azure-calls.ts';
import { AzureRefusal } from './azure-refusal.ts';

type DeploymentCalls = Pick<
  AzureApi,
  'findDeployment' | 'putDeployment' | 'validate' | 'listOperations'
>;

export function deploymentCalls(
  { deployments, deploymentOperations }: DeploymentsClient,
  ask: Ask,
  pollMs: number,
): DeploymentCalls {
  return {
    findDeployment: async (group, name, signal) =>
      await ask(
        `look at deployment ${name}`,
        signal,
        async () => await orNothing(deployments.get(group, name, { abortSignal: signal })),
      ),
    async putDeployment(group, name, body, signal) {
      await ask(`deploy ${name}`, signal, async () => {
        const options = { abortSignal: signal };
        await deployments.createOrUpdate(group, name, toDeployment(body), options).submitted();
      });
    },
    async validate(group, name, body, signal) {
      await ask(`validate deployment ${name}`, signal, async () => {
        const options = { abortSignal: signal, updateIntervalInMs: pollMs };
        const { error } = await deployments.validate(group, name, toDeployment(body), options);
        if (error !== undefined) throw new AzureRefusal(400, error);
      });
    },
    listOperations: async (group, name, signal) =>
      await ask(`list what deployment ${name} did`, signal, async () => {
        const asked = allOf(deploymentOperations.list(group, name, { abortSignal: signal }));
        return (await orNothing(asked)) ?? [];
      }),
  };
}

function toDeployment({ template, parameters, tags }: DeploymentBody): Deployment {
  // Incremental: what another template of ours made in the group stays.
  const properties = { mode: 'Incremental', template, parameters: { ...parameters } } as const;
  return { properties, tags: { ...tags } };
}
