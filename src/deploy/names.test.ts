import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countingIds, FakeClock, randomIds } from '../base/index.ts';
import { bucketRule, deploymentName, fitName, storageAccountRule } from './names.ts';

const userGuid = '3F2504E0-4f89-41d3-9a0c-0305e82c3301';

test('a name has the beginning of the GUID and eight characters for the session', () => {
  expect(deploymentName({ userGuid, sessionId: 'ses_1' })).toMatch(/^tmux-3f2504e0-[0-9a-z]{8}$/);
});

test('sessions that were made in the same millisecond have names that differ', () => {
  const ids = randomIds(new FakeClock());
  const names = Array.from({ length: 1_000 }, () =>
    deploymentName({ userGuid, sessionId: ids.next('ses') }),
  );

  expect(new Set(names).size).toBe(1_000);
});

test('the name of a session is the same each time', () => {
  const sessionId = countingIds().next('ses');

  expect(deploymentName({ userGuid, sessionId })).toBe(deploymentName({ userGuid, sessionId }));
});

test('every name fits the rules of storage accounts and of buckets', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.string({ minLength: 1 }), (guid, sessionId) => {
      const name = deploymentName({ userGuid: guid, sessionId });
      expect(fitName(name, storageAccountRule)).toMatch(/^[a-z0-9]{3,24}$/);
      expect(fitName(name, bucketRule)).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
    }),
  );
});

test('what is added to a name makes it no longer than its service allows, and names stay two', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z0-9-]{1,80}$/),
      fc.stringMatching(/^[a-z0-9]{1,80}$/),
      fc.integer({ min: 9, max: 64 }),
      (one, more, maxLength) => {
        const rule = { maxLength, allowed: /[a-z0-9-]/ };
        expect(fitName(one + more, rule).length).toBeLessThanOrEqual(maxLength);
        expect(fitName(one + more, rule)).not.toBe(fitName(one, rule));
      },
    ),
  );
});
