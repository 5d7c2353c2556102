export * from './deployer.ts';
export { loadDeployer } from './load-deployer.ts';
export { deploymentName } from './names.ts';
export type { ChangeOf, Release, ReleaseFile } from './release.ts';
export type { DeployEndpoints, DeploySettings } from './settings.ts';
export { createdBy, deploymentTags, expiryOf } from './tags.ts';
