import { expect, test } from 'vitest';
import { siteBody } from '../../../../src/contract/index.ts';
import { emptyDraft, toBody, toPlace, withKey } from './draft.ts';

const draft = { ...emptyDraft, requirements: ' A bakery. ' };

test('what was left empty is not sent', () => {
  expect(toBody(draft, undefined)).toEqual({ type: 'static', requirements: 'A bakery.' });
});

test('a filled form is a body that the contract takes', () => {
  const full = {
    ...draft,
    provider: 'aws',
    type: 'dynamic',
    name: 'Bakery',
    agent: 'demo',
    region: 'eu-central-1',
    size: 't3.micro',
    timeToLive: '24',
    model: 'large',
    permission: 'allow',
    tokens: '5000',
    cost: '2.5',
  } as const;
  const body = toBody(full, 12.5);
  expect(siteBody.parse(body)).toEqual(body);
  expect(body).toMatchObject({
    provider: 'aws',
    size: 't3.micro',
    time_to_live_h: 24,
    max_cost_usd: 2.5,
    confirmed_monthly_usd: 12.5,
  });
});

test('fields of another provider or type are kept in the draft and not sent', () => {
  const typed = { ...draft, region: 'eastus', size: 'B1s', frontDoor: 'shared' } as const;
  expect(toPlace({ ...typed, provider: 'local' })).toEqual({ provider: 'local', type: 'static' });
  expect(toPlace({ ...typed, provider: 'azure' })).toEqual({
    provider: 'azure',
    type: 'static',
    region: 'eastus',
    front_door: 'shared',
  });
});

test('the same site is sent with the same key, another one with another', () => {
  const first = withKey(draft, toBody(draft, undefined), () => 'one');
  expect(withKey(first, toBody(first, undefined), () => 'two').sent.key).toBe('one');
  const changed = { ...first, name: 'Bakery' };
  expect(withKey(changed, toBody(changed, undefined), () => 'two').sent.key).toBe('two');
});
