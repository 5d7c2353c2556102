import type { Stack } from '@aws-sdk/client-cloudformation';
import type { DeploymentState, DeploymentStatus } from '../deployer.ts';
import { createdBy } from '../tags.ts';
import type { Aws } from './aws.ts';
import { describe } from './aws-error.ts';
import type { Tags } from './template.ts';

/** A stack as CloudFormation describes it. */
export interface StackView {
  /** Its ARN; finds it also after it was deleted. */
  readonly id: string;
  readonly name: string;
  /** `CREATE_COMPLETE`, `UPDATE_IN_PROGRESS`, ... */
  readonly status: string;
  readonly reason: string | undefined;
  readonly tags: Tags;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Find a stack by its name, or by its id also when it was deleted. */
export async function findStack(
  { stacks, tryCall }: Aws,
  nameOrId: string,
  signal: AbortSignal,
): Promise<StackView | undefined> {
  const found = await tryCall(
    'cloudformation:DescribeStacks',
    async (options) => await stacks.describeStacks({ StackName: nameOrId }, options),
    isNoStack,
    signal,
  );
  const [stack] = found?.Stacks ?? [];
  return stack === undefined ? undefined : viewOf(stack);
}

function isNoStack(error: unknown): boolean {
  const { name, message } = describe(error);
  return name === 'ValidationError' && message.includes('does not exist');
}

export function viewOf(stack: Stack): StackView {
  return {
    id: stack.StackId ?? '',
    name: stack.StackName ?? '',
    status: stack.StackStatus ?? '',
    reason: stack.StackStatusReason,
    tags: toRecord(stack.Tags?.map(({ Key, Value }) => [Key, Value])),
    parameters: toRecord(stack.Parameters?.map((one) => [one.ParameterKey, one.ParameterValue])),
    outputs: toRecord(stack.Outputs?.map((one) => [one.OutputKey, one.OutputValue])),
  };
}

function toRecord(
  pairs: readonly (readonly (string | undefined)[])[] = [],
): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]));
}

/** Made by us for this session: names are digests, and somebody else may have one like it. */
export function isOurs({ tags }: StackView, session: string | undefined): boolean {
  return tags['CreatedBy'] === createdBy && tags['SessionID'] === session;
}

export function isMoving({ status }: StackView): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** It serves a release, or is ready to. */
export function isGood({ status }: StackView): boolean {
  return goodStates.has(status);
}

const goodStates = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
]);

export function stateOf(view: StackView): DeploymentState {
  if (view.status === 'DELETE_IN_PROGRESS') return 'destroying';
  if (isMoving(view)) return 'deploying';
  if (!isGood(view)) return 'broken';
  return view.outputs['Domain'] === undefined ? 'deploying' : 'live';
}

/** What a stack alone tells. */
export function statusOf(view: StackView | undefined): DeploymentStatus {
  if (view === undefined || view.status === 'DELETE_COMPLETE') {
    return { state: 'absent', url: undefined, releaseId: undefined, reason: undefined };
  }
  const state = stateOf(view);
  const domain = view.outputs['Domain'];
  const said = `The stack is in ${view.status}${view.reason === undefined ? '' : `: ${view.reason}`}`;
  const isCalm = state === 'live' && view.status !== 'UPDATE_ROLLBACK_COMPLETE';
  return {
    state,
    url: domain === undefined ? undefined : urlOf(domain),
    releaseId: view.parameters['Release'],
    reason: isCalm ? undefined : said,
  };
}

/** A domain of CloudFront has no port; a stand-in on this machine has one, and no certificate. */
export function urlOf(domain: string): string {
  return domain.includes(':') ? `http://${domain}/` : `https://${domain}/`;
}
