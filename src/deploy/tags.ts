import type { SiteSpec } from './deployer.ts';

/** Says which resources are ours, whoever looks. */
export const createdBy = 'tmux-builder-automation';

/** Tags of everything that takes tags; values fit AWS and Azure (at most 256 characters). */
export function deploymentTags(spec: SiteSpec): Readonly<Record<string, string>> {
  const tags = {
    Project: 'tmux-builder',
    UserGUID: spec.userGuid,
    SessionID: spec.sessionId,
    SiteType: spec.type,
    CreatedBy: createdBy,
  };
  return spec.expiresAt === undefined ? tags : { ...tags, ExpiresAt: toTime(spec.expiresAt) };
}

/** Wall time in ms after which what carries these tags is to go; undefined when they say none. */
export function expiryOf(tags: Readonly<Record<string, string>>): number | undefined {
  // oxlint-disable-next-line no-restricted-globals -- reads a text, no clock
  const at = Date.parse(tags['ExpiresAt'] ?? '');
  return Number.isNaN(at) ? undefined : at;
}

function toTime(ms: number): string {
  // oxlint-disable-next-line no-restricted-globals -- formats a number that a Clock gave
  return new Date(ms).toISOString();
}
