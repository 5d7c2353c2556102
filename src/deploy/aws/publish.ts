import type { DeploySettings } from '../settings.ts';
import type { DeploymentPlan, OnDeployEvent } from '../deployer.ts';
import type { Release } from '../release.ts';
import type { Aws } from './aws.ts';

/** What publishing a release needs. */
export interface Publishing {
  readonly settings: DeploySettings;
  readonly aws: Aws;
  readonly plan: DeploymentPlan;
  readonly release: Release;
  readonly onEvent: OnDeployEvent;
}
