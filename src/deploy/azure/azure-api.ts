import type { DeploymentExtended, DeploymentOperation } from '@azure/arm-resourcesdeployments';
import type { BlobServiceClient } from '@azure/storage-blob';
import type { Clock } from '../../base/index.ts';

export interface AzureGroup {
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  /** `Succeeded`, `Deleting`. */
  readonly state: string;
}

export interface DeploymentBody {
  readonly template: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, { readonly value: unknown }>>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The calls of Azure that sites need. Nothing here waits for what it set going: whoever asks for
 * it looks again. What is not there is `undefined`, and removing it is done.
 *
 * All throw the CodedErrors of `toCodedError`, and `signal.reason` when aborted.
 */
export interface AzureApi {
  readonly subscription: string;
  readonly clock: Clock;
  /** Pause between two looks, in ms. */
  readonly pollMs: number;
  /** Object id of whom we are, if the token tells it. */
  findPrincipal(signal: AbortSignal): Promise<string | undefined>;
  findGroup(name: string, signal: AbortSignal): Promise<AzureGroup | undefined>;
  putGroup(group: Omit<AzureGroup, 'state'>, signal: AbortSignal): Promise<void>;
  deleteGroup(name: string, signal: AbortSignal): Promise<void>;
  listGroups(signal: AbortSignal): Promise<readonly AzureGroup[]>;
  findDeployment(
    group: string,
    name: string,
    signal: AbortSignal,
  ): Promise<DeploymentExtended | undefined>;
  putDeployment(
    group: string,
    name: string,
    body: DeploymentBody,
    signal: AbortSignal,
  ): Promise<void>;
  /** Ask whether a deployment would be taken, quotas included. */
  validate(group: string, name: string, body: DeploymentBody, signal: AbortSignal): Promise<void>;
  listOperations(
    group: string,
    name: string,
    signal: AbortSignal,
  ): Promise<readonly DeploymentOperation[]>;
  /** State of a resource: `Succeeded`, `Failed`, `Creating`. */
  findResource(id: string, apiVersion: string, signal: AbortSignal): Promise<string | undefined>;
  deleteResource(id: string, apiVersion: string, signal: AbortSignal): Promise<void>;
  /** Ids of everything in a group, children excepted. */
  listResources(group: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Post to a resource's action, such as `ID/purge`. */
  post(path: string, apiVersion: string, body: unknown, signal: AbortSignal): Promise<void>;
  openBlobs(url: string): Promise<BlobServiceClient>;
}
