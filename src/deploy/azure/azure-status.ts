import type { DeploymentExtended } from '@azure/arm-resourcesdeployments';
import type { DeploymentPlan, DeploymentState, DeploymentStatus } from '../deployer.ts';
import type { DeploySettings } from '../settings.ts';
import type { AzureApi } from './azure-api.ts';
import { releaseTag } from './azure-names.ts';
import { outputsOf } from './deploy-template.ts';
import { frontDoorGroup } from './front-door.ts';

/** How a site is, by what Azure says of its group and its deployments. */
export async function azureStatus(
  api: AzureApi,
  settings: DeploySettings,
  { name, spec, tags }: DeploymentPlan,
  signal: AbortSignal,
): Promise<DeploymentStatus> {
  const group = await api.findGroup(name, signal);
  if (group === undefined || group.tags['SessionID'] !== tags['SessionID']) return said('absent');
  if (group.state === 'Deleting') return said('destroying', 'Azure deletes its resource group');
  const isShared = spec.frontDoor === 'shared';
  const deployments = await Promise.all([
    api.findDeployment(name, name, signal),
    spec.type === 'dynamic' ? api.findDeployment(name, `${name}-machine`, signal) : undefined,
    isShared ? api.findDeployment(frontDoorGroup(api, settings), name, signal) : undefined,
  ]);
  for (const deployment of deployments) {
    const problem = problemOf(deployment);
    if (problem !== undefined) return problem;
  }
  const releaseId = group.tags[releaseTag];
  const [base, , door] = deployments;
  if (releaseId === undefined) return said('broken', 'It was never published whole: redeploy it');
  const { web, host } = outputsOf(base);
  const doorHost = outputsOf(door)['host'];
  const own = web ?? (host === undefined ? undefined : `http://${host}/`);
  const url = doorHost === undefined ? own : `https://${doorHost}/`;
  return { state: 'live', url, releaseId, reason: undefined };
}

function problemOf(deployment: DeploymentExtended | undefined): DeploymentStatus | undefined {
  const { provisioningState, error } = deployment?.properties ?? {};
  switch (provisioningState) {
    case undefined:
    case 'Succeeded':
      return undefined;
    case 'Failed':
    case 'Canceled':
      return said('broken', `Deployment ${deployment?.name}: ${error?.code ?? provisioningState}`);
    default:
      return said('deploying', `Deployment ${deployment?.name} is ${provisioningState}`);
  }
}

function said(state: DeploymentState, reason?: string): DeploymentStatus {
  return { state, url: undefined, releaseId: undefined, reason };
}
