import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGoldenScreens } from '../../../test/support/golden-screens.ts';
import type { PermissionPolicy } from '../agent.ts';
import { codexScreenReader } from './read-screen.ts';

const screens = readGoldenScreens(join('test/golden/screens', 'codex'));
const now = Date.UTC(2026, 10, 21, 12, 24);
const policy: PermissionPolicy = { otherwise: 'ask', rules: [] };

function read(name: string) {
  const screen = screens.get(name) ?? expect.fail(`no screen ${name}`);
  return codexScreenReader({ now: () => now })(screen, { isDirectoryOurs: true, policy });
}

test.each([
  ['error-400', 'permanent', 'The model does not exist'],
  ['error-401', 'permanent', '401 Unauthorized'],
  ['no-plan', 'permanent', 'upgrade to Plus'],
  ['no-quota', 'permanent', 'Quota exceeded'],
  ['context-full', 'permanent', 'ran out of room'],
  ['error-429', 'transient', '429 Too Many Requests'],
  ['error-500', 'transient', 'high demand'],
  ['error-503', 'transient', '503 Service Unavailable'],
  ['no-capacity', 'transient', 'at capacity'],
  ['limit-of-team', 'quota', 'hit your usage limit'],
])('%s is %s', (name, failure, said) => {
  expect(read(name)).toMatchObject({
    kind: 'ready',
    failure: { failure, message: expect.stringContaining(said) },
  });
});

test.each([
  ['limit-today', new Date(2026, 10, 21, 14, 6)],
  ['limit-this-week', new Date(2026, 10, 29, 16, 33)],
])('%s says when the limit is lifted, at most 8 days ahead', (name, reset) => {
  const latest = now + 8 * 24 * 3_600_000;
  const retryAt = Math.min(reset.getTime(), latest);

  expect(read(name)).toMatchObject({ failure: { failure: 'quota', retryAt } });
});

test.each(['interrupted', 'done-inline', 'busy-reconnecting'])('%s is no failure', (name) => {
  expect(read(name)).not.toHaveProperty('failure');
});

test('an offer of another model is declined, and nothing else answered', () => {
  const answered = [...screens.keys()].filter((name) => {
    const reading = read(name);
    return reading.kind === 'asking' && reading.automatic !== undefined;
  });

  expect(answered).toEqual(['model-offer']);
  expect(read('model-offer')).toMatchObject({
    automatic: 1,
    dialog: { choices: ['Try new model', 'Use existing model'] },
  });
});
