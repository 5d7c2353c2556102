import { expect, test } from 'vitest';
import type { SiteSpec } from '../deployer.ts';
import { imageOf } from './machine-template.ts';
import { planAws } from './plan-aws.ts';

const settings = {
  sizes: ['t3.micro', 't3.small', 'x9.huge', 'Standard_B1s'],
  awsRegion: 'us-east-1',
};
const spec: SiteSpec = {
  provider: 'aws',
  type: 'dynamic',
  userGuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  sessionId: 'ses_1',
  region: undefined,
  size: undefined,
  frontDoor: undefined,
  run: { command: ['node', 'server.js'], healthPath: '/' },
  expiresAt: undefined,
};

test('one spec is one plan, with the smallest size unless another is asked for', () => {
  expect(planAws(settings, spec)).toEqual(planAws(settings, spec));
  expect(JSON.stringify(planAws(settings, spec).template)).toContain('"InstanceType":"t3.micro"');
  const larger = planAws(settings, { ...spec, size: 't3.small' });
  expect(JSON.stringify(larger.template)).toContain('"InstanceType":"t3.small"');
});

test('the estimate is the sum of its lines, and a static site costs less', () => {
  const { estimate } = planAws(settings, spec);
  const sum = estimate.lines.reduce((total, { monthlyUsd }) => total + monthlyUsd, 0);

  expect(estimate.monthlyUsd).toBeCloseTo(sum, 1);
  expect(estimate.monthlyUsd).toBeGreaterThan(10);
  expect(planAws(settings, { ...spec, type: 'static' }).estimate.monthlyUsd).toBeLessThan(1);
});

test.for([
  [{ size: 'm7i.metal' }, /not allowed at AWS/],
  [{ size: 'Standard_B1s' }, /not allowed at AWS/],
  [{ size: 'x9.huge' }, /No price/],
  [{ region: 'mars' }, /no AWS region/],
  [{ region: 'me-south-1' }, /not possible in me-south-1/],
] as const)('%j is deploy.bad-spec', ([more, message]) => {
  expect(() => planAws(settings, { ...spec, ...more })).toThrow(
    expect.objectContaining({ code: 'deploy.bad-spec', message: expect.stringMatching(message) }),
  );
});

test('a dynamic site without a command is deploy.bad-site', () => {
  expect(() => planAws(settings, { ...spec, run: undefined })).toThrow(
    expect.objectContaining({ code: 'deploy.bad-site' }),
  );
});

test.for([
  ['t3.micro', 'amd64'],
  ['t4g.micro', 'arm64'],
  ['c7gn.large', 'arm64'],
  ['im4gn.large', 'arm64'],
  ['g5g.xlarge', 'arm64'],
  ['g4dn.xlarge', 'amd64'],
  ['g5.xlarge', 'amd64'],
] as const)('the image for %s is of %s', ([size, architecture]) => {
  expect(imageOf(size)).toBe(`/aws/service/debian/release/13/latest/${architecture}`);
});
