import type { DeploymentPlan, OnDeployEvent } from '../deployer.ts';
import type { DeploySettings } from '../settings.ts';
import type { AzureApi } from './azure-api.ts';

/** What the parts of one deployment have in common. */
export interface AzureTools {
  readonly api: AzureApi;
  readonly settings: DeploySettings;
  readonly plan: DeploymentPlan;
  readonly onEvent: OnDeployEvent;
}
