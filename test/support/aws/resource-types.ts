import { runInNewContext } from 'node:vm';
import { checkConfig, closeDistribution, openDistribution } from './cdn.ts';
import { startMachine, stopMachine } from './machine.ts';
import { account, region, type State } from './state.ts';
import { Refusal } from './wire.ts';

export type Props = Readonly<Record<string, unknown>>;

export interface Made {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface ResourceType {
  create(props: Props, state: State): Promise<Made>;
  /** Left out: a change replaces it, which our templates never ask for. */
  update?(made: Made, props: Props, state: State): Promise<void>;
  remove(made: Made, state: State): Promise<void>;
}

const sizes = new Set(['t3.micro', 't3.small', 't3.medium', 't4g.micro', 't4g.small']);

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::S3::Bucket': {
    async create(props, state) {
      const name = String(props['BucketName']);
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
        throw new Refusal('InvalidBucketName', `The specified bucket is not valid: ${name}`);
      if (state.taken.has(name) || state.buckets.has(name))
        throw new Refusal('AlreadyExists', `${name} already exists`);
      state.buckets.set(name, { name, objects: new Map(), policy: undefined });
      const RegionalDomainName = `${name}.s3.${region}.amazonaws.com`;
      return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}`, RegionalDomainName } };
    },
    async update() {},
    async remove({ ref }, state) {
      if ((state.buckets.get(ref)?.objects.size ?? 0) > 0)
        throw new Refusal('BucketNotEmpty', 'The bucket you tried to delete is not empty');
      state.buckets.delete(ref);
    },
  },
  'AWS::S3::BucketPolicy': {
    async create(props, state) {
      state.bucket(props['Bucket']).policy = props['PolicyDocument'];
      return { ref: `${String(props['Bucket'])}-policy`, attributes: {} };
    },
    async update(_made, props, state) {
      state.bucket(props['Bucket']).policy = props['PolicyDocument'];
    },
    async remove({ ref }, state) {
      const bucket = state.buckets.get(ref.slice(0, -'-policy'.length));
      if (bucket !== undefined) bucket.policy = undefined;
    },
  },
  'AWS::CloudFront::OriginAccessControl': {
    async create(props, state) {
      const { Name } = props['OriginAccessControlConfig'] as { readonly Name: string };
      if ([...state.accessControls.values()].includes(Name))
        throw new Refusal('AlreadyExists', `An origin access control ${Name} already exists`);
      const id = `OAC${state.next()}`;
      state.accessControls.set(id, Name);
      return { ref: id, attributes: { Id: id } };
    },
    async update() {},
    async remove({ ref }, state) {
      const isUsed = [...state.distributions.values()].some(({ config }) =>
        JSON.stringify(config).includes(`"${ref}"`),
      );
      if (isUsed)
        throw new Refusal(
          'OriginAccessControlInUse',
          'Cannot delete the origin access control because it is in use',
        );
      state.accessControls.delete(ref);
    },
  },
  'AWS::CloudFront::Function': {
    async create(props, state) {
      const name = String(props['Name']);
      if (state.functions.has(name))
        throw new Refusal('AlreadyExists', `A function ${name} already exists`);
      state.functions.set(name, codeOf(props));
      const FunctionARN = `arn:aws:cloudfront::${account}:function/${name}`;
      return { ref: FunctionARN, attributes: { FunctionARN } };
    },
    async update(_made, props, state) {
      state.functions.set(String(props['Name']), codeOf(props));
    },
    async remove({ ref }, state) {
      state.functions.delete(ref.split('/').at(-1) ?? '');
    },
  },
  'AWS::CloudFront::Distribution': {
    async create(props, state) {
      const { id, domain } = await openDistribution(
        props['DistributionConfig'] as Record<string, unknown>,
        state,
      );
      return { ref: id, attributes: { Id: id, DomainName: domain } };
    },
    async update({ ref }, props, state) {
      const config = props['DistributionConfig'] as Record<string, unknown>;
      checkConfig(config, state);
      const found = state.distributions.get(ref);
      if (found !== undefined) found.config = config;
    },
    async remove({ ref }, state) {
      const found = state.distributions.get(ref);
      if (found === undefined) return;
      found.config = { ...found.config, Enabled: false };
      await closeDistribution(found, state);
    },
  },
  'AWS::EC2::SecurityGroup': {
    async create(props, state) {
      for (const rule of props['SecurityGroupIngress'] as readonly Props[]) {
        if (!/^pl-[0-9a-f]{8}$/.test(String(rule['SourcePrefixListId'])))
          throw new Refusal('InvalidPrefixListID.NotFound', 'The prefix list does not exist');
      }
      const id = `sg-${state.next().toString(16).padStart(17, '0')}`;
      state.securityGroups.set(id, props);
      return { ref: id, attributes: { GroupId: id } };
    },
    async update({ ref }, props, state) {
      state.securityGroups.set(ref, props);
    },
    async remove({ ref }, state) {
      if (state.machines.size > 0)
        throw new Refusal('DependencyViolation', `resource ${ref} has a dependent object`);
      state.securityGroups.delete(ref);
    },
  },
  'AWS::EC2::Instance': {
    async create(props, state) {
      if (!/^ami-[0-9a-f]{8,17}$/.test(String(props['ImageId'])))
        throw new Refusal('InvalidAMIID.Malformed', 'Invalid AMI id');
      if (!sizes.has(String(props['InstanceType'])))
        throw new Refusal('InvalidParameterValue', 'Invalid value for InstanceType');
      for (const group of props['SecurityGroupIds'] as readonly string[]) {
        if (!state.securityGroups.has(group))
          throw new Refusal('InvalidGroup.NotFound', `The security group ${group} does not exist`);
      }
      const { id, dns } = startMachine(
        Buffer.from(String(props['UserData']), 'base64').toString(),
        state,
      );
      return { ref: id, attributes: { InstanceId: id, PublicDnsName: dns } };
    },
    async remove({ ref }, state) {
      const machine = state.machines.get(ref);
      if (machine !== undefined) await stopMachine(machine, state);
    },
  },
  'AWS::CloudFormation::WaitConditionHandle': {
    async create(_props, state) {
      const id = `wait-${state.next()}`;
      state.handles.set(id, Promise.withResolvers());
      return { ref: `${state.url}/${id}?X-Amz-Signature=fake-report-signature`, attributes: {} };
    },
    async update() {},
    async remove({ ref }, state) {
      state.handles.delete(handleOf(ref));
    },
  },
  'AWS::CloudFormation::WaitCondition': {
    async create(props, state) {
      const told = await state.handles.get(handleOf(String(props['Handle'])))?.promise;
      if (told?.Status !== 'SUCCESS')
        throw new Refusal(
          'Failed',
          `WaitCondition received failed message: '${told?.Reason ?? ''}' for uniqueId: site`,
        );
      return { ref: String(props['Handle']), attributes: {} };
    },
    async remove() {},
  },
};

function handleOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

function codeOf(props: Props): string {
  const code = String(props['FunctionCode']);
  if (Buffer.byteLength(code) > 10_240)
    throw new Refusal('FunctionSizeLimitExceeded', 'The function is larger than 10 KB');
  runInNewContext(`${code}; typeof handler === 'function' || missing()`, {});
  return code;
}
