import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planAws } from '../../../src/deploy/aws/plan-aws.ts';
import { type SiteSpec } from '../../../src/deploy/index.ts';
import { programSpec, siteSpec } from '../../support/aws/bench.ts';
import { type AnyTemplate, validateTemplate } from '../../support/aws/template-validator.ts';

const settings = { sizes: ['t3.micro', 't3.small'], awsRegion: 'us-east-1' };

function templateOf(spec: SiteSpec): AnyTemplate {
  return structuredClone(planAws(settings, spec).template) as unknown as AnyTemplate;
}

test.for([
  ['aws-static.json', siteSpec()],
  ['aws-dynamic.json', programSpec],
] as const)(
  'the template %s is what AWS’s published types allow, and has not changed unseen',
  async ([file, spec]) => {
    const template = templateOf(spec);

    expect(validateTemplate(template)).toEqual([]);
    const golden = join(import.meta.dirname, '../../golden/cloudformation', file);
    await expect(`${JSON.stringify(template, undefined, 2)}\n`).toMatchFileSnapshot(golden);
  },
);

type Change = (template: any) => void; // oxlint-disable-line typescript/no-explicit-any -- damages what it is given

const staticFaults: readonly (readonly [string, Change])[] = [
  ['an unknown property', (t) => (t.Resources.Bucket.Properties.BucketNam = 'x')],
  [
    'a missing property',
    (t) => delete t.Resources.Cdn.Properties.DistributionConfig.DefaultCacheBehavior,
  ],
  ['a text for a truth', (t) => (t.Resources.Cdn.Properties.DistributionConfig.Enabled = 'yes')],
  [
    'a value no enumeration has',
    (t) => (t.Resources.Bucket.Properties.OwnershipControls.Rules[0].ObjectOwnership = 'Nobody'),
  ],
  ['a type that is not there', (t) => (t.Resources.Access.Type = 'AWS::CloudFront::OriginAccess')],
  ['an attribute no type has', (t) => (t.Outputs.Domain.Value['Fn::GetAtt'][1] = 'Domain')],
  ['a Ref to nothing', (t) => (t.Resources.BucketPolicy.Properties.Bucket.Ref = 'Buckets')],
  [
    'a Sub of nothing',
    (t) =>
      (t.Resources.Cdn.Properties.DistributionConfig.Origins[0].OriginPath['Fn::Sub'] =
        '/${Relaese}'),
  ],
  ['a tag without a value', (t) => delete t.Resources.Cdn.Properties.Tags[0].Value],
  ['a list that is none', (t) => (t.Resources.Cdn.Properties.DistributionConfig.Origins = {})],
  ['a DependsOn of nothing', (t) => (t.Resources.Cdn.DependsOn = ['Machine'])],
  ['a logical id with a dash', (t) => (t.Resources['Cdn-2'] = t.Resources.Cdn)],
  [
    'a missing name inside',
    (t) => delete t.Resources.Access.Properties.OriginAccessControlConfig.SigningProtocol,
  ],
  [
    'a function we do not use',
    (t) => (t.Resources.Rewrite.Properties.Name = { 'Fn::FindInMap': [] }),
  ],
];

test.for(staticFaults)('%s is found in the static template', ([, damage]) => {
  const template = templateOf(siteSpec());
  damage(template);

  expect(validateTemplate(template)).not.toEqual([]);
});

const machineFaults: readonly (readonly [string, Change])[] = [
  [
    'a number as text',
    (t) => (t.Resources.Firewall.Properties.SecurityGroupIngress[0].FromPort = '8080'),
  ],
  [
    'a misspelt metadata option',
    (t) => (t.Resources.Machine.Properties.MetadataOptions = { HttpToken: 'required' }),
  ],
  ['a missing description', (t) => delete t.Resources.Firewall.Properties.GroupDescription],
  [
    'a Ref in the user data to nothing',
    (t) =>
      (t.Resources.Machine.Properties.UserData['Fn::Base64']['Fn::Join'][1][1].Ref = 'ArchiveURL'),
  ],
];

test.for(machineFaults)('%s is found in the dynamic template', ([, damage]) => {
  const template = templateOf(programSpec);
  damage(template);

  expect(validateTemplate(template)).not.toEqual([]);
});

test('everything that takes tags has them, and nobody from the internet reaches bucket or machine', () => {
  for (const spec of [siteSpec(), programSpec]) {
    const { Resources } = templateOf(spec);
    const tagged = Object.values(Resources).filter(({ Type }) =>
      [
        'AWS::S3::Bucket',
        'AWS::CloudFront::Distribution',
        'AWS::CloudFront::Function',
        'AWS::EC2::Instance',
        'AWS::EC2::SecurityGroup',
      ].includes(Type),
    );
    expect(tagged.length).toBeGreaterThan(2);
    for (const { Properties } of tagged) {
      const tags = Properties?.['Tags'] as readonly { readonly Key: string }[];
      expect(tags.map(({ Key }) => Key)).toEqual(
        expect.arrayContaining(['Project', 'UserGUID', 'SessionID', 'SiteType', 'CreatedBy']),
      );
    }
    expect(JSON.stringify(Resources)).not.toMatch(/0\.0\.0\.0\/0|CidrIp|KeyName|"AccessControl"/);
  }
});
