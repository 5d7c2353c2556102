import { fitName, storageAccountRule } from '../names.ts';

/** Versions of Azure's types, as in test/golden/arm-types. */
export const apiVersions = {
  cdn: '2025-06-01',
  compute: '2025-04-01',
  network: '2025-05-01',
  storage: '2025-06-01',
  roles: '2022-04-01',
} as const;

/** Storage Blob Data Contributor: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const blobRole = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe';

/** Tag of a resource group that says which release is live. */
export const releaseTag = 'ReleaseID';
/** Tag of a deployment: digest of what was deployed, to skip it when it is the same. */
export const templateTag = 'TemplateDigest';

/** Resource group, and profile in it, of the Front Door that sites share. */
export const sharedName = 'tmux-builder-shared';

/** Container of the archives of dynamic sites; private. */
export const archiveContainer = 'releases';

export function storageName(name: string): string {
  return fitName(name, storageAccountRule);
}

/** A machine's name has its release, so that another release is another machine. */
export function machineName(name: string, releaseId: string): string {
  return `${name}-${releaseId}`;
}

export function groupId(subscription: string, group: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}
