import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { CodedError } from '../../base/index.ts';
import type { OnDeployEvent } from '../deployer.ts';
import type { Aws } from './aws.ts';
import { withoutSecrets } from './aws-error.ts';

/** CloudFormation gives 100 a page; an operation of ours has fewer than 100. */
const PAGES = 5;

/**
 * Read the newest events of a stack, oldest first, up to and without the one with the id `after`.
 * A stack that was deleted is found by its id alone.
 */
export async function stackEvents(
  { stacks, call }: Aws,
  stackId: string,
  after: string | undefined,
  signal: AbortSignal,
): Promise<readonly StackEvent[]> {
  const found: StackEvent[] = [];
  let next: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const asked = next === undefined ? {} : { NextToken: next };
    const reply = await call(
      'cloudformation:DescribeStackEvents',
      async (options) =>
        await stacks.describeStackEvents({ StackName: stackId, ...asked }, options),
      signal,
    );
    for (const event of reply.StackEvents ?? []) {
      if (event.EventId === after) return found.toReversed();
      found.push(event);
    }
    next = reply.NextToken;
    if (next === undefined) break;
  }
  return found.toReversed();
}

/** Tell what became of a resource. */
export function tellEvent(event: StackEvent, onEvent: OnDeployEvent): void {
  const { LogicalResourceId: resource = '', ResourceType: type = '' } = event;
  const { ResourceStatus: status = '' } = event;
  if (type === 'AWS::CloudFormation::Stack' || status.endsWith('_IN_PROGRESS')) return;
  const kind = `resource.${kinds.find(([end]) => status.endsWith(end))?.[1] ?? 'changed'}`;
  onEvent({ kind, text: eventLine(event), facts: { resource, type, status } });
}

const kinds = [
  ['CREATE_COMPLETE', 'created'],
  ['UPDATE_COMPLETE', 'updated'],
  ['DELETE_COMPLETE', 'deleted'],
  ['_FAILED', 'failed'],
] as const;

export function eventLine(event: StackEvent): string {
  const { LogicalResourceId: resource, ResourceType: type, ResourceStatus: status } = event;
  const reason = event.ResourceStatusReason;
  const line = `${resource ?? ''} (${type ?? ''}) ${status ?? ''}`;
  return withoutSecrets(reason === undefined ? line : `${line}: ${reason}`);
}

/** Say why an operation failed: the first resource that did, the others were cancelled for it. */
export function stackFailure(name: string, events: readonly StackEvent[]): CodedError {
  const failed = events.find(
    ({ ResourceStatus: status, ResourceStatusReason: reason = '' }) =>
      status?.endsWith('_FAILED') === true && !reason.includes('cancelled'),
  );
  const ofStack = events.find((event) => event.ResourceStatusReason !== undefined);
  const said = (failed ?? ofStack)?.ResourceStatusReason ?? 'AWS gives no reason';
  const reason = withoutSecrets(said);
  const resource = failed?.LogicalResourceId ?? 'the stack';
  const facts = { stack: name, resource, type: failed?.ResourceType };
  const { code, todo } = verdictOf(reason);
  return new CodedError(code, `CloudFormation could not do ${resource} of ${name}: ${reason}`, {
    facts,
    todo,
  });
}

interface Verdict {
  readonly code: string;
  readonly todo: string;
}

/** Reasons are texts of the services, without codes of their own. */
function verdictOf(reason: string): Verdict {
  return verdicts.find(([shape]) => shape.test(reason))?.[1] ?? failed;
}

const failed: Verdict = {
  code: 'deploy.failed',
  todo: 'Correct what the reason names, then retry the step',
};

const verdicts: readonly (readonly [RegExp, Verdict])[] = [
  [
    /WaitCondition (?:received failed message|timed out)/,
    {
      code: 'deploy.unhealthy',
      todo: 'Correct the program of the site, then redeploy it; what was live before still is',
    },
  ],
  [
    /not authorized|AccessDenied|UnauthorizedOperation|Access Denied/i,
    {
      code: 'deploy.denied',
      todo: 'Allow the action to these credentials (docs/deploy-aws.md has the whole policy), then retry the step',
    },
  ],
  [
    /already exists|AlreadyExists|bucket name is not available/i,
    {
      code: 'deploy.name-taken',
      todo: 'Remove what has the name if it is yours, else make the site in a new session',
    },
  ],
  [
    /limit|quota|Rate exceeded|Throttl|InsufficientInstanceCapacity|sufficient .*capacity/i,
    {
      code: 'deploy.quota',
      todo: 'Destroy what is not needed, ask AWS for a higher quota, or take another size or region; then retry the step',
    },
  ],
];
