/** A CloudFormation template, as much as we use of it. */
export interface Template extends Readonly<Record<string, unknown>> {
  readonly AWSTemplateFormatVersion: '2010-09-09';
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

export type Tags = Readonly<Record<string, string>>;

export function tagList(tags: Tags): readonly { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Bucket that nobody reaches but by what its policy or a presigned address allows. */
export function privateBucket(bucket: string, tags: Tags): Resource {
  return {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      Tags: tagList(tags),
    },
  };
}

/**
 * Policies that AWS manages, the same in every account.
 *
 * @see Amazon CloudFront Developer Guide, "Use managed cache policies" and its siblings
 */
export const managed = {
  cachingOptimized: '658327ea-f89d-4fab-a63d-7e88639e58f6',
  cachingDisabled: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  allViewer: '216adef6-5c7f-47e4-b989-5492eafa07d3',
  securityHeaders: '67f7725c-6f97-4210-82d7-5512b31e9d03',
} as const;

/** What every distribution of ours has. */
export function distributionBasics(name: string): Readonly<Record<string, unknown>> {
  return {
    Enabled: true,
    // `destroy` looks for what is left by it.
    Comment: name,
    HttpVersion: 'http2and3',
    IPV6Enabled: true,
    PriceClass: 'PriceClass_100',
    ViewerCertificate: { CloudFrontDefaultCertificate: true },
  };
}

/** The release that is live; read back from the stack. */
export const releaseParameter = {
  Type: 'String',
  AllowedPattern: '^r[0-9a-f]{16}$',
  Description: 'Id of the release that is live',
};

/** Where visitors reach the site, without `https://`. */
export const domainOutput = { Domain: { Value: { 'Fn::GetAtt': ['Cdn', 'DomainName'] } } };
