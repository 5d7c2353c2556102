import { changeOf } from '../change-of.ts';
import type { Deployed } from '../deployer.ts';
import { invalidate } from './invalidate.ts';
import { bucketOf } from './plan-aws.ts';
import type { Publishing } from './publish.ts';
import { SiteStack } from './site-stack.ts';
import { urlOf } from './stack-view.ts';
import { staticTemplate } from './static-template.ts';
import { findStored, pruneReleases, uploadRelease } from './upload-release.ts';

/**
 * Publish a release of a static site: the files first, then CloudFront is turned to them. Visitors
 * see the old release until then, and no mixture: each release has a directory of its own.
 */
export async function publishStatic(
  { aws, plan, release, onEvent }: Publishing,
  signal: AbortSignal,
): Promise<Deployed> {
  const { name, tags } = plan;
  const bucket = bucketOf(name);
  const site = { aws, bucket };
  const stack = new SiteStack(aws, plan, onEvent, signal);
  const wish = {
    template: staticTemplate({ name, bucket, tags, files: release.files }),
    parameters: { Release: release.id },
  };
  const found = await stack.ready();
  const before = found ?? (await stack.create(wish));
  const liveId = before.parameters['Release'];
  const live = liveId === undefined ? undefined : await findStored(site, liveId, signal);
  await uploadRelease(site, release, live, { onEvent, signal });
  const after = found === undefined ? before : await stack.update(before, wish);
  const distributionId = await stack.physicalId(after, 'Cdn');
  await invalidate({ aws, distributionId, onEvent }, signal);
  await pruneReleases(site, [release.id, liveId], signal);
  return {
    url: urlOf(after.outputs['Domain'] ?? ''),
    releaseId: release.id,
    changed: live === undefined ? undefined : changeOf(live, release),
    details: { stack: name, region: aws.region, bucket, distributionId },
  };
}
