import { hasCode } from '../../base/index.ts';
import { apiVersions, groupId, storageName } from './azure-names.ts';
import { deployTemplate, type Outputs } from './deploy-template.ts';
import type { AzureTools } from './tools.ts';

export interface Deployment {
  readonly outputs: Outputs;
  /** Whom the role to write blobs was given; empty: nobody. Given a moment ago it may not hold yet. */
  readonly principalId: string;
}

/**
 * Deploy the plan's template, which gives us the role to write blobs. Who may not give roles goes without:
 * perhaps they have it already.
 */
export async function deployPlan(
  { api, plan, onEvent }: AzureTools,
  signal: AbortSignal,
): Promise<Deployment> {
  const template = plan.template ?? {};
  const principalId = (await api.findPrincipal(signal)) ?? '';
  const deploy = async (id: string): Promise<Deployment> => {
    const { name, tags } = plan;
    const parameters = { principalId: id };
    const account = `Microsoft.Storage/storageAccounts/${storageName(name)}`;
    const proof = {
      id: `${groupId(api.subscription, name)}/providers/${account}`,
      apiVersion: apiVersions.storage,
    };
    const whole = { template, group: name, name, tags, parameters, proof };
    return { outputs: await deployTemplate(api, whole, onEvent, signal), principalId: id };
  };
  try {
    return await deploy(principalId);
  } catch (error) {
    if (principalId === '' || !isAboutRole(error)) throw error;
    onEvent({
      kind: 'role.not-given',
      text: 'The role Storage Blob Data Contributor was not given: you need to have it already',
    });
    return await deploy('');
  }
}

function isAboutRole(error: unknown): boolean {
  if (hasCode(error, 'deploy.denied')) {
    return error.facts['action'] === 'Microsoft.Authorization/roleAssignments/write';
  }
  // Somebody gave it to us by hand, under another name.
  return hasCode(error, 'deploy.failed') && error.facts['azureCode'] === 'RoleAssignmentExists';
}
