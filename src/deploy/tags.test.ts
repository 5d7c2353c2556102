import { expect, test } from 'vitest';
import type { SiteSpec } from './deployer.ts';
import { deploymentTags, expiryOf } from './tags.ts';

const spec: SiteSpec = {
  provider: 'local',
  type: 'static',
  userGuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  sessionId: 'ses_1',
  region: undefined,
  size: undefined,
  frontDoor: undefined,
  run: undefined,
  expiresAt: undefined,
};

test('tags say whose a site is, and nothing of a time when it has none', () => {
  expect(deploymentTags(spec)).toEqual({
    Project: 'tmux-builder',
    UserGUID: spec.userGuid,
    SessionID: 'ses_1',
    SiteType: 'static',
    CreatedBy: 'tmux-builder-automation',
  });
  expect(expiryOf(deploymentTags(spec))).toBeUndefined();
});

test('the time after which a site is to go is read back from its tags', () => {
  const tags = deploymentTags({ ...spec, expiresAt: 1_700_000_000_123 });

  expect(tags['ExpiresAt']).toBe('2023-11-14T22:13:20.123Z');
  expect(expiryOf(tags)).toBe(1_700_000_000_123);
});
