import { CodedError } from '../../base/index.ts';
import type { CostEstimate, CostLine, DeploymentPlan, SiteSpec } from '../deployer.ts';
import { bucketRule, deploymentName, fitName } from '../names.ts';
import { findPrice, priceNote, prices } from '../prices.ts';
import type { DeploySettings } from '../settings.ts';
import { BadSiteError } from '../site-errors.ts';
import { deploymentTags } from '../tags.ts';
import { machineTemplate } from './machine-template.ts';
import { findPrefixList, machineRegions } from './prefix-lists.ts';
import { staticTemplate } from './static-template.ts';
import type { Tags, Template } from './template.ts';

/** What the spec asks for, with the settings where it leaves a choice. */
export interface AwsWish {
  readonly region: string;
  readonly size: string;
  readonly prefixList: string;
}

type AwsSettings = Pick<DeploySettings, 'sizes' | 'awsRegion'>;

/** @throws {CodedError} `deploy.bad-spec`, `deploy.bad-site` */
export function planAws(settings: AwsSettings, spec: SiteSpec): DeploymentPlan {
  const name = deploymentName(spec);
  const tags = deploymentTags(spec);
  const wish = wishOf(settings, spec);
  const template = templateOf(spec, { name, tags, wish });
  return {
    spec,
    name,
    tags,
    resources: [
      { type: 'AWS::CloudFormation::Stack', name },
      ...Object.entries(template.Resources).map(([id, { Type }]) => ({ type: Type, name: id })),
    ],
    template,
    estimate: spec.type === 'static' ? staticEstimate : machineEstimate(wish.size),
  };
}

/** @throws {CodedError} `deploy.bad-spec` */
export function wishOf({ sizes, awsRegion }: AwsSettings, spec: SiteSpec): AwsWish {
  const region = spec.region ?? awsRegion;
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) {
    throw badSpec(`"${region}" is no AWS region`, 'Name one such as us-east-1');
  }
  if (spec.type === 'static') return { region, size: '', prefixList: '' };
  const allowed = sizes.filter((size) => /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(size));
  const size = spec.size ?? allowed[0] ?? '';
  if (!allowed.includes(size)) {
    throw badSpec(
      `The size "${size}" is not allowed at AWS`,
      `Choose one of site_sizes: ${allowed.join(', ') || 'it has none of AWS'}`,
    );
  }
  const prefixList = findPrefixList(region);
  if (prefixList === undefined) {
    throw badSpec(
      `Dynamic sites are not possible in ${region}: we do not know from where CloudFront comes there`,
      `Choose one of ${machineRegions.join(', ')}`,
    );
  }
  return { region, size, prefixList };
}

export function bucketOf(name: string): string {
  return fitName(name, bucketRule);
}

interface Named {
  readonly name: string;
  readonly tags: Tags;
  readonly wish: AwsWish;
}

/** As it is before any release: `apply` puts the release in. */
function templateOf(spec: SiteSpec, { name, tags, wish }: Named): Template {
  const bucket = bucketOf(name);
  if (spec.type === 'static') return staticTemplate({ name, bucket, tags, files: [] });
  if (spec.run === undefined) {
    throw new BadSiteError('a dynamic site needs the command that starts its program');
  }
  const { size, prefixList } = wish;
  const machine = 'Machine';
  const sha256 = '0'.repeat(64);
  return machineTemplate({ name, bucket, tags, machine, size, prefixList, run: spec.run, sha256 });
}

function badSpec(message: string, todo: string): CodedError {
  return new CodedError('deploy.bad-spec', `${message}.`, { todo });
}

const storage: CostLine = {
  what: 'Files in S3',
  monthlyUsd: prices.aws.storageGb,
  basis: `1 GB x $${prices.aws.storageGb}`,
};
const traffic: CostLine = {
  what: 'CloudFront',
  monthlyUsd: 0,
  basis: `up to 1 TB and 10 million requests a month are free, then $${prices.aws.cloudFrontGb} a GB`,
};

const staticEstimate = estimateOf([storage, traffic]);

function machineEstimate(size: string): CostEstimate {
  const { hoursOfMonth: hours, aws } = prices;
  const hour = findPrice(aws.machineHour, size);
  if (hour === undefined) {
    throw badSpec(`No price of the size ${size} is known`, 'Choose a size with a known price');
  }
  return estimateOf([
    { what: `Machine ${size}`, monthlyUsd: hour * hours, basis: `${hours} h x $${hour}` },
    { what: 'Disk', monthlyUsd: 8 * aws.diskGb, basis: `8 GB x $${aws.diskGb}` },
    {
      what: 'Public address',
      monthlyUsd: hours * aws.addressHour,
      basis: `${hours} h x $${aws.addressHour}`,
    },
    storage,
    traffic,
  ]);
}

function estimateOf(lines: readonly CostLine[]): CostEstimate {
  const sum = lines.reduce((total, { monthlyUsd }) => total + monthlyUsd, 0);
  return { monthlyUsd: Math.round(sum * 100) / 100, lines, note: priceNote };
}
