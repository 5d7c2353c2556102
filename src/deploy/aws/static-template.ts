import type { ReleaseFile } from '../release.ts';
import { rewriteFunction } from './rewrite-function.ts';
import {
  distributionBasics,
  domainOutput,
  managed,
  privateBucket,
  releaseParameter,
  type Resource,
  tagList,
  type Tags,
  type Template,
} from './template.ts';

export interface StaticWish {
  readonly name: string;
  readonly bucket: string;
  readonly tags: Tags;
  /** Of the release: the function that finds pages needs their names. */
  readonly files: readonly Pick<ReleaseFile, 'path'>[];
}

/**
 * The stack of a static site: a bucket that CloudFront alone reads. `Release` says below which
 * `releases/<id>/` CloudFront looks, so that a switch is one parameter.
 */
export function staticTemplate({ name, bucket, tags, files }: StaticWish): Template {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Static site ${name}`,
    Parameters: { Release: releaseParameter },
    Resources: {
      Bucket: privateBucket(bucket, tags),
      BucketPolicy: bucketPolicy,
      Access: {
        Type: 'AWS::CloudFront::OriginAccessControl',
        Properties: {
          OriginAccessControlConfig: {
            Name: name,
            OriginAccessControlOriginType: 's3',
            SigningBehavior: 'always',
            SigningProtocol: 'sigv4',
          },
        },
      },
      Rewrite: {
        Type: 'AWS::CloudFront::Function',
        Properties: {
          Name: name,
          AutoPublish: true,
          FunctionCode: rewriteFunction(files),
          FunctionConfig: { Comment: `Finds the pages of ${name}`, Runtime: 'cloudfront-js-2.0' },
          Tags: tagList(tags),
        },
      },
      Cdn: distribution(name, tags),
    },
    Outputs: domainOutput,
  };
}

const bucketPolicy: Resource = {
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: { Ref: 'Bucket' },
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        allowCdn('s3:GetObject', { 'Fn::Sub': '${Bucket.Arn}/releases/*' }),
        // Without it S3 says 403 of what is not there, and no 404 page is shown.
        allowCdn('s3:ListBucket', { 'Fn::GetAtt': ['Bucket', 'Arn'] }),
      ],
    },
  },
};

function allowCdn(action: string, resource: unknown): Readonly<Record<string, unknown>> {
  const distribution = 'arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}';
  return {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: action,
    Resource: resource,
    Condition: { StringEquals: { 'AWS:SourceArn': { 'Fn::Sub': distribution } } },
  };
}

function distribution(name: string, tags: Tags): Resource {
  return {
    Type: 'AWS::CloudFront::Distribution',
    Properties: {
      DistributionConfig: {
        ...distributionBasics(name),
        DefaultRootObject: 'index.html',
        Origins: [
          {
            Id: 'bucket',
            DomainName: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] },
            OriginPath: { 'Fn::Sub': '/releases/${Release}' },
            OriginAccessControlId: { 'Fn::GetAtt': ['Access', 'Id'] },
            S3OriginConfig: { OriginAccessIdentity: '' },
          },
        ],
        DefaultCacheBehavior: {
          TargetOriginId: 'bucket',
          ViewerProtocolPolicy: 'redirect-to-https',
          Compress: true,
          CachePolicyId: managed.cachingOptimized,
          ResponseHeadersPolicyId: managed.securityHeaders,
          FunctionAssociations: [
            {
              EventType: 'viewer-request',
              FunctionARN: { 'Fn::GetAtt': ['Rewrite', 'FunctionARN'] },
            },
          ],
        },
        CustomErrorResponses: [
          {
            ErrorCode: 404,
            ResponseCode: 404,
            ResponsePagePath: '/404.html',
            ErrorCachingMinTTL: 10,
          },
        ],
      },
      Tags: tagList(tags),
    },
  };
}
