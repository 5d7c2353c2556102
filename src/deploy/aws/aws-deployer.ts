import type { Deployer, DeploymentPlan, DeploymentStatus } from '../deployer.ts';
import type { DeploySettings } from '../settings.ts';
import { type Aws, openAws } from './aws.ts';
import { destroyAws } from './destroy-aws.ts';
import { listStacks } from './list-stacks.ts';
import { bucketOf, planAws } from './plan-aws.ts';
import { publishMachine } from './publish-machine.ts';
import { publishStatic } from './publish-static.ts';
import { eventLine, stackEvents } from './stack-events.ts';
import { findStack, isOurs, statusOf } from './stack-view.ts';
import { findStored } from './upload-release.ts';

/**
 * Serves sites from AWS: one CloudFormation stack each, in the account of the credentials that the
 * standard chain or `aws_profile` gives. Nothing is kept on this side: what is there is read from
 * the stack each time, so whoever comes next goes on with it.
 */
export function makeAwsDeployer(settings: DeploySettings): Deployer {
  const open = async ({ spec }: DeploymentPlan, signal: AbortSignal): Promise<Aws> =>
    await openAws(settings, spec.region ?? settings.awsRegion, signal);
  const apply: Deployer['apply'] = async (plan, release, onEvent, signal) => {
    await using aws = await open(plan, signal);
    const publish = plan.spec.type === 'static' ? publishStatic : publishMachine;
    return await publish({ settings, aws, plan, release, onEvent }, signal);
  };
  return {
    provider: 'aws',
    plan: (spec) => planAws(settings, spec),
    apply,
    rollback: apply,
    async status(plan, signal) {
      await using aws = await open(plan, signal);
      return await statusAt(aws, plan, signal);
    },
    async logs(plan, lines, signal) {
      await using aws = await open(plan, signal);
      return await logsAt(aws, plan, lines, signal);
    },
    async destroy(plan, onEvent, signal) {
      await using aws = await open(plan, signal);
      await destroyAws(aws, plan, onEvent, signal);
    },
    async list(signal) {
      await using aws = await openAws(settings, settings.awsRegion, signal);
      return await listStacks(aws, signal);
    },
  };
}

async function statusAt(
  aws: Aws,
  plan: DeploymentPlan,
  signal: AbortSignal,
): Promise<DeploymentStatus> {
  const found = await findStack(aws, plan.name, signal);
  const view = found !== undefined && isOurs(found, plan.spec.sessionId) ? found : undefined;
  const status = statusOf(view);
  if (status.state !== 'live' || status.releaseId === undefined) return status;
  // A stack is there before the files of its first release are.
  const site = { aws, bucket: bucketOf(plan.name) };
  if ((await findStored(site, status.releaseId, signal)) !== undefined) return status;
  return { ...status, state: 'deploying', reason: 'The release is not wholly sent yet' };
}

/** What CloudFormation did; nothing of ours looks into the machine of a dynamic site. */
async function logsAt(
  aws: Aws,
  plan: DeploymentPlan,
  lines: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const view = await findStack(aws, plan.name, signal);
  if (view === undefined || !isOurs(view, plan.spec.sessionId)) return [];
  const events = await stackEvents(aws, view.id, undefined, signal);
  const text = events.map((event) => {
    const at = event.Timestamp?.toISOString() ?? '';
    return `${at} ${eventLine(event)}`;
  });
  return lines === 0 ? [] : text.slice(-lines);
}
