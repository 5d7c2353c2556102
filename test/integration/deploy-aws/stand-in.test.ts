import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CloudFront } from '@aws-sdk/client-cloudfront';
import { S3 } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { fakeKeys, startFakeAws } from '../../support/aws/fake-aws.ts';

type Wrong = (config: {
  endpoint: string;
  region: string;
  credentials: typeof fakeKeys;
  maxAttempts: number;
}) => Promise<unknown>;

/** The SDK checks nothing of this itself. */
const wrong: readonly (readonly [string, string, Wrong])[] = [
  [
    'a stack without a name',
    'ValidationError',
    async (c) =>
      await new CloudFormation(c).createStack({ StackName: undefined, TemplateBody: '{}' }),
  ],
  [
    'a stack with a name that is none',
    'ValidationError',
    async (c) =>
      await new CloudFormation(c).createStack({
        StackName: '1 2',
        TemplateBody: '{"Resources":{}}',
      }),
  ],
  [
    'a template with a type that is not there',
    'ValidationError',
    async (c) =>
      await new CloudFormation(c).createStack({
        StackName: 'a',
        TemplateBody: '{"Resources":{"A":{"Type":"AWS::S3::Bucke"}}}',
      }),
  ],
  [
    'a parameter that the template does not have',
    'ValidationError',
    async (c) =>
      await new CloudFormation(c).createStack({
        StackName: 'a',
        TemplateBody: '{"Resources":{}}',
        Parameters: [{ ParameterKey: 'X', ParameterValue: 'y' }],
      }),
  ],
  [
    'a change of a stack that is not there',
    'ValidationError',
    async (c) =>
      await new CloudFormation(c).updateStack({ StackName: 'a', TemplateBody: '{"Resources":{}}' }),
  ],
  [
    'an invalidation without a reference',
    'InvalidArgument',
    async (c) =>
      await new CloudFront(c).createInvalidation({
        DistributionId: 'E1',
        InvalidationBatch: { CallerReference: undefined, Paths: { Quantity: 1, Items: ['/*'] } },
      }),
  ],
  [
    'an invalidation of a distribution that is not there',
    'NoSuchDistribution',
    async (c) =>
      await new CloudFront(c).createInvalidation({
        DistributionId: 'E1',
        InvalidationBatch: { CallerReference: 'x', Paths: { Quantity: 1, Items: ['/*'] } },
      }),
  ],
  [
    'an object in a bucket that is not there',
    'NoSuchBucket',
    async (c) => await new S3(c).putObject({ Bucket: 'none', Key: 'a', Body: 'x' }),
  ],
  [
    'an object for another owner',
    'AccessDenied',
    async (c) =>
      await new S3(c).putObject({ Bucket: 'none', Key: 'a', Body: 'x', ExpectedBucketOwner: '1' }),
  ],
  [
    'an object with a checksum that is another’s',
    'BadDigest',
    async (c) =>
      await new S3(c).putObject({
        Bucket: 'none',
        Key: 'a',
        Body: 'x',
        ChecksumSHA256: Buffer.alloc(32).toString('base64'),
      }),
  ],
  [
    'an operation that we do not use',
    'NotImplemented',
    async (c) => await new S3(c).listBuckets({}),
  ],
  [
    'a key that is not ours',
    'InvalidClientTokenId',
    async (c) =>
      await new CloudFormation({
        ...c,
        credentials: { ...fakeKeys, accessKeyId: 'AKIANOBODY' },
      }).describeStacks({}),
  ],
];

test.for(wrong)('the stand-in refuses %s with %s', async ([, name, ask]) => {
  await using aws = await startFakeAws();

  const asked = ask({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: fakeKeys,
    maxAttempts: 1,
  });

  await expect(asked).rejects.toMatchObject({ name });
});

test('the stand-in refuses what is not signed, and an address whose signature was cut off', async () => {
  await using aws = await startFakeAws();

  const plain = await fetch(`${aws.url}/bucket/key`);
  const cut = await fetch(`${aws.url}/bucket/key?X-Amz-Signature=1`);

  expect([plain.status, cut.status]).toEqual([403, 403]);
});
