import type { AppRun } from '../deployer.ts';
import { userData } from '../machine/user-data.ts';
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

/** That programs of dynamic sites listen on. */
const PORT = 8_080;
/** @see Amazon EC2 User Guide, "Run commands when you launch an EC2 instance" */
const USER_DATA_BYTES = 16_384;
/** The two addresses that stand for words in the user data may be this long together. */
const ADDRESSES_BYTES = 6_000;
/** From the order for a machine to an answer of its program. */
const HEALTHY_S = 900;

export interface BucketWish {
  readonly name: string;
  readonly bucket: string;
  readonly tags: Tags;
}

export interface MachineSiteWish extends BucketWish {
  /** Logical id of the machine, of letters and digits; another one is another machine. */
  readonly machine: string;
  readonly size: string;
  readonly prefixList: string;
  readonly run: AppRun;
  /** Of the archive. */
  readonly sha256: string;
}

/** The first phase of a dynamic site's stack: the bucket that its archives lie in. */
export function archiveTemplate({ name, bucket, tags }: BucketWish): Template {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `Dynamic site ${name}`,
    Resources: { Bucket: privateBucket(bucket, tags) },
  };
}

/**
 * The whole stack of a dynamic site: a machine that CloudFront alone reaches.
 *
 * User data are read at the first boot alone, so a release is a machine of its own, with a logical
 * id of its own. CloudFormation makes the new one first; CloudFront is turned to it when its
 * program answers; then the old one goes. A program that never answers changes nothing.
 */
export function machineTemplate(wish: MachineSiteWish): Template {
  const { name, tags, machine } = wish;
  return {
    ...archiveTemplate(wish),
    Parameters: {
      Release: releaseParameter,
      Machine: { Type: 'String', Description: 'Logical id of the machine that is live' },
      Image: {
        Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
        Default: imageOf(wish.size),
        Description: 'The newest image of Debian 13, as Debian publishes it',
      },
      ArchiveUrl: {
        Type: 'String',
        NoEcho: true,
        Description: 'Where the machine fetches its release within the hour',
      },
    },
    Resources: {
      Bucket: privateBucket(wish.bucket, tags),
      Firewall: firewall(wish),
      [machine]: instance(wish),
      [`Report${machine}`]: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
      [`Healthy${machine}`]: {
        Type: 'AWS::CloudFormation::WaitCondition',
        DependsOn: [machine],
        Properties: { Handle: { Ref: `Report${machine}` }, Count: 1, Timeout: String(HEALTHY_S) },
      },
      Cdn: distribution(name, machine, tags),
    },
    Outputs: domainOutput,
  };
}

/** @see wiki.debian.org/Cloud/AmazonEC2Image: the names of the public parameters */
export function imageOf(size: string): string {
  // A letter g after the generation means Graviton: t4g, c7gn, im4gn; g4dn and g5 are none.
  const architecture = /^(?:[a-z]+\d+g|a1\.|g5g\.)/.test(size) ? 'arm64' : 'amd64';
  return `/aws/service/debian/release/13/latest/${architecture}`;
}

function firewall({ name, prefixList, tags }: MachineSiteWish): Resource {
  return {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: `CloudFront alone reaches ${name}`,
      SecurityGroupIngress: [
        { IpProtocol: 'tcp', FromPort: PORT, ToPort: PORT, SourcePrefixListId: prefixList },
      ],
      Tags: tagList(tags),
    },
  };
}

function instance({ name, machine, size, run, sha256, tags }: MachineSiteWish): Resource {
  const archiveUrl = '@ARCHIVE-URL@';
  const reportUrl = '@REPORT-URL@';
  const maxBytes = USER_DATA_BYTES - ADDRESSES_BYTES;
  const text = userData({ run, port: PORT, archiveUrl, sha256, reportUrl, maxBytes });
  const pieces = text.split(/(@(?:ARCHIVE|REPORT)-URL@)/).map((piece) => {
    if (piece === archiveUrl) return { Ref: 'ArchiveUrl' };
    return piece === reportUrl ? { Ref: `Report${machine}` } : piece;
  });
  return {
    Type: 'AWS::EC2::Instance',
    Properties: {
      ImageId: { Ref: 'Image' },
      InstanceType: size,
      SecurityGroupIds: [{ 'Fn::GetAtt': ['Firewall', 'GroupId'] }],
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/xvda',
          Ebs: { VolumeType: 'gp3', VolumeSize: 8, Encrypted: true, DeleteOnTermination: true },
        },
      ],
      PropagateTagsToVolumeOnCreation: true,
      UserData: { 'Fn::Base64': { 'Fn::Join': ['', pieces] } },
      Tags: tagList({ ...tags, Name: name }),
    },
  };
}

function distribution(name: string, machine: string, tags: Tags): Resource {
  return {
    Type: 'AWS::CloudFront::Distribution',
    DependsOn: [`Healthy${machine}`],
    Properties: {
      DistributionConfig: {
        ...distributionBasics(name),
        Origins: [
          {
            Id: 'machine',
            DomainName: { 'Fn::GetAtt': [machine, 'PublicDnsName'] },
            CustomOriginConfig: { HTTPPort: PORT, OriginProtocolPolicy: 'http-only' },
          },
        ],
        DefaultCacheBehavior: {
          TargetOriginId: 'machine',
          ViewerProtocolPolicy: 'redirect-to-https',
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
          Compress: true,
          CachePolicyId: managed.cachingDisabled,
          OriginRequestPolicyId: managed.allViewer,
          ResponseHeadersPolicyId: managed.securityHeaders,
        },
      },
      Tags: tagList(tags),
    },
  };
}
