import { CodedError } from '../../base/index.ts';
import type { DeploymentPlan, OnDeployEvent } from '../deployer.ts';
import type { Aws } from './aws.ts';
import { bucketExists } from './bucket.ts';
import { bucketOf } from './plan-aws.ts';
import { SiteStack } from './site-stack.ts';

/**
 * Remove a site's stack with all it made, and look whether that is so.
 *
 * @throws {CodedError} `deploy.half-made`: something is left; the error names it.
 */
export async function destroyAws(
  aws: Aws,
  plan: DeploymentPlan,
  onEvent: OnDeployEvent,
  signal: AbortSignal,
): Promise<void> {
  await new SiteStack(aws, plan, onEvent, signal).remove();
  const bucket = bucketOf(plan.name);
  const left = await distributionsOf(aws, plan.name, signal);
  const all = (await bucketExists(aws, bucket, signal)) ? [...left, `bucket ${bucket}`] : left;
  if (all.length > 0) {
    throw new CodedError('deploy.half-made', `The stack is gone, but not ${all.join(', ')}.`, {
      facts: { left: all },
      todo: 'Remove them by hand if they are yours, as they may cost money',
    });
  }
  onEvent({ kind: 'site.removed', text: `Nothing of ${plan.name} is left at AWS` });
}

/** Distributions that say in their comment that they are this site's. */
async function distributionsOf(
  { cdn, call }: Aws,
  name: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found: string[] = [];
  let marker: string | undefined;
  do {
    const asked = marker === undefined ? {} : { Marker: marker };
    const { DistributionList: page } = await call(
      'cloudfront:ListDistributions',
      async (options) => await cdn.listDistributions(asked, options),
      signal,
    );
    for (const { Comment, Id } of page?.Items ?? []) {
      if (Comment === name) found.push(`distribution ${Id ?? ''}`);
    }
    marker = page?.IsTruncated === true ? page.NextMarker : undefined;
  } while (marker !== undefined);
  return found;
}
