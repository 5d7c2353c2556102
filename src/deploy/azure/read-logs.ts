import type { DeploymentOperation } from '@azure/arm-resourcesdeployments';
import type { DeploymentPlan } from '../deployer.ts';
import type { AzureApi } from './azure-api.ts';

/** The newest lines of what Azure did for a site: its deployments' operations, oldest first. */
export async function readAzureLogs(
  api: AzureApi,
  { name }: DeploymentPlan,
  lines: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = await Promise.all([
    api.listOperations(name, name, signal),
    api.listOperations(name, `${name}-machine`, signal),
  ]);
  return found.flat().map(toLine).toSorted().slice(-lines);
}

/** Begins with its time, so that lines sort. What was asked for is left out: it has the user data. */
function toLine({ properties = {} }: DeploymentOperation): string {
  const { timestamp, provisioningState, targetResource, statusMessage } = properties;
  const { resourceType = '', resourceName = '' } = targetResource ?? {};
  const { code = '', message = '' } = statusMessage?.error ?? {};
  const problem = code === '' ? '' : ` ${code}: ${message.split('\n')[0]?.slice(0, 300)}`;
  const time = timestamp?.toISOString() ?? '';
  return `${time} ${resourceType} ${resourceName} ${provisioningState ?? ''}${problem}`;
}
