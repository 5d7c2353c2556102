import { createHash } from 'node:crypto';
import type { DeploymentExtended } from '@azure/arm-resourcesdeployments';
import { z } from 'zod';
import { hasCode } from '../../base/index.ts';
import type { OnDeployEvent } from '../deployer.ts';
import type { AzureApi, DeploymentBody } from './azure-api.ts';
import { toCodedError } from './azure-errors.ts';
import { templateTag } from './azure-names.ts';
import { AzureRefusal } from './azure-refusal.ts';
import { OPERATION_LIMIT_MS, until } from './until.ts';

export interface TemplateRun {
  readonly group: string;
  /** Of the deployment in its group. */
  readonly name: string;
  readonly template: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, string | boolean>>;
  readonly tags: Readonly<Record<string, string>>;
  /** What has to be there, else what an earlier run did is done again. */
  readonly proof: { readonly id: string; readonly apiVersion: string };
}

/** Of outputs by name: all of ours are texts. */
export type Outputs = Readonly<Record<string, string>>;

const outputShape = z.record(z.string(), z.object({ value: z.string() }));
const ENDED = ['Succeeded', 'Failed', 'Canceled'];

/**
 * Deploy a template and wait until it is done; what an earlier run began is waited for first, and
 * what it did already, with the same template and parameters, is not done again.
 *
 * @throws {CodedError} what the deployment failed with; `deploy.half-made`: cancelled, or not done
 * in time. `signal.reason` when aborted: the deployment goes on at Azure.
 */
export async function deployTemplate(
  api: AzureApi,
  run: TemplateRun,
  onEvent: OnDeployEvent,
  signal: AbortSignal,
): Promise<Outputs> {
  const { group, name, proof } = run;
  const body = toBody(run);
  for (;;) {
    const before = await untilEnded(api, run, onEvent, signal);
    if (isSame(before, body) && (await api.findResource(proof.id, proof.apiVersion, signal))) {
      return outputsOf(before);
    }
    try {
      await api.putDeployment(group, name, body, signal);
      break;
    } catch (error) {
      // One began between our look and our wish: of an earlier run that is not dead yet, or our
      // own, when its answer was lost.
      if (!hasCode(error, 'deploy.half-made')) throw error;
      const active = await api.findDeployment(group, name, signal);
      if (active === undefined || hasEnded(active)) throw error;
    }
  }
  onEvent({ kind: 'deployment.started', text: `Deployment ${name} has begun` });
  const ended = await untilEnded(api, run, onEvent, signal);
  if (ended?.properties?.provisioningState === 'Succeeded') return outputsOf(ended);
  const problem = ended?.properties?.error ?? {
    code: ended?.properties?.provisioningState ?? 'Canceled',
    message: 'The deployment did not succeed.',
  };
  throw toCodedError(new AzureRefusal(undefined, problem), `deploy ${name}`);
}

/** What `deployTemplate` would send, to ask beforehand whether Azure takes it. */
export function toBody({
  template,
  parameters,
  tags,
}: Pick<TemplateRun, 'template' | 'parameters' | 'tags'>): DeploymentBody {
  const digest = createHash('sha256')
    .update(JSON.stringify([template, parameters]))
    .digest('hex');
  return {
    template,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([key, value]) => [key, { value }]),
    ),
    tags: { ...tags, [templateTag]: digest },
  };
}

function hasEnded({ properties }: DeploymentExtended): boolean {
  return ENDED.includes(properties?.provisioningState ?? '');
}

function isSame(before: DeploymentExtended | undefined, { tags }: DeploymentBody): boolean {
  if (before?.properties?.provisioningState !== 'Succeeded') return false;
  return before.tags?.[templateTag] === tags[templateTag];
}

/** What a deployment says of what it made; nothing for one that is not there. */
export function outputsOf(ended: DeploymentExtended | undefined): Outputs {
  const outputs = outputShape.parse(ended?.properties?.outputs ?? {});
  return Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));
}

/** The deployment once it has ended; undefined when there is none. Tells what is made meanwhile. */
export async function untilEnded(
  api: AzureApi,
  { group, name }: Pick<TemplateRun, 'group' | 'name'>,
  onEvent: OnDeployEvent,
  signal: AbortSignal,
): Promise<DeploymentExtended | undefined> {
  const told = new Set<string>();
  let isFirst = true;
  const look = async (): Promise<
    { readonly ended: DeploymentExtended | undefined } | undefined
  > => {
    const found = await api.findDeployment(group, name, signal);
    if (found === undefined) return { ended: undefined };
    const isOver = hasEnded(found);
    // One that had ended before has told what it did.
    if (!isOver || !isFirst) await tell(api, { group, name, told }, onEvent, signal);
    isFirst = false;
    return isOver ? { ended: found } : undefined;
  };
  const wait = {
    name: `Deployment ${name}`,
    reason: 'it still runs at Azure',
    limitMs: OPERATION_LIMIT_MS,
  };
  return (await until(api, look, wait, signal)).ended;
}

interface Telling {
  readonly group: string;
  readonly name: string;
  /** Ids of operations that were told. */
  readonly told: Set<string>;
}

async function tell(
  api: AzureApi,
  { group, name, told }: Telling,
  onEvent: OnDeployEvent,
  signal: AbortSignal,
): Promise<void> {
  for (const { operationId = '', properties } of await api.listOperations(group, name, signal)) {
    const { targetResource, provisioningState } = properties ?? {};
    const type = targetResource?.resourceType;
    if (type === undefined || told.has(operationId)) continue;
    if (provisioningState !== 'Succeeded' && provisioningState !== 'Failed') continue;
    told.add(operationId);
    const resource = targetResource?.resourceName ?? '';
    onEvent({
      kind: provisioningState === 'Succeeded' ? 'resource.created' : 'resource.failed',
      text: `${type} ${resource}: ${provisioningState === 'Succeeded' ? 'done' : 'failed'}`,
      facts: { type, name: resource },
    });
  }
}
