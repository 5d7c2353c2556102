import { importSdk } from '../import-sdk.ts';

const packages = [
  '@aws-sdk/client-cloudformation@3',
  '@aws-sdk/client-cloudfront@3',
  '@aws-sdk/client-s3@3',
  '@aws-sdk/client-sts@3',
  '@aws-sdk/credential-providers@3',
  '@aws-sdk/s3-request-presigner@3',
];

/** Import what reaches AWS. @throws {CodedError} `deploy.no-sdk` */
export async function loadAwsSdk() {
  return await importSdk(packages, async () => {
    const [stacks, cdn, objects, identity, credentials, presigner] = await Promise.all([
      import('@aws-sdk/client-cloudformation'),
      import('@aws-sdk/client-cloudfront'),
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/client-sts'),
      import('@aws-sdk/credential-providers'),
      import('@aws-sdk/s3-request-presigner'),
    ]);
    return { stacks, cdn, objects, identity, credentials, presigner };
  });
}
