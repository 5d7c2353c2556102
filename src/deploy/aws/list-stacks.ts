import type { FoundDeployment } from '../deployer.ts';
import { createdBy } from '../tags.ts';
import type { Aws } from './aws.ts';
import { type StackView, stateOf, viewOf } from './stack-view.ts';

/** Find every stack of ours in the region by its tags, whoever's site it is. */
export async function listStacks(
  aws: Aws,
  signal: AbortSignal,
): Promise<readonly FoundDeployment[]> {
  const found: StackView[] = [];
  let next: string | undefined;
  do {
    const asked = next === undefined ? {} : { NextToken: next };
    const page = await aws.call(
      'cloudformation:DescribeStacks',
      async (options) => await aws.stacks.describeStacks(asked, options),
      signal,
    );
    found.push(...(page.Stacks ?? []).map(viewOf));
    next = page.NextToken;
  } while (next !== undefined);
  return found
    .filter(({ tags, status }) => tags['CreatedBy'] === createdBy && status !== 'DELETE_COMPLETE')
    .map((view) => ({
      provider: 'aws',
      name: view.name,
      tags: view.tags,
      state: stateOf(view),
      region: aws.region,
    }));
}
