export { changeOf } from './change-of.ts';
export * from './deployer.ts';
export {
  type DiffLimits,
  type DiffOptions,
  diffRelease,
  type FileDiff,
  type SiteDiff,
} from './diff-release.ts';
export { isLeftOut } from './list-source.ts';
export { loadDeployer } from './load-deployer.ts';
export { ensureSiteHost, stopSiteHost } from './local/ensure-site-host.ts';
export { forgetPrograms } from './local/forget-programs.ts';
export { keepSiteHost } from './local/keep-site-host.ts';
export { deploymentName } from './names.ts';
export type { ChangeOf, Release, ReleaseFile } from './release.ts';
export { type MakeOptions, openReleases, type Releases } from './releases.ts';
export type { DeployEndpoints, DeploySettings } from './settings.ts';
export { createdBy, deploymentTags, expiryOf } from './tags.ts';
