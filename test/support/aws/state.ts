import { createHash } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import type { Server } from 'node:http';
import { Refusal } from './wire.ts';

export const account = '123456789012';
export const region = 'us-east-1';

export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
  readonly etag: string;
  readonly modified: Date;
}

export interface Bucket {
  readonly name: string;
  readonly objects: Map<string, StoredObject>;
  policy: unknown;
}

export interface Distribution {
  readonly id: string;
  readonly domain: string;
  readonly server: Server;
  readonly cache: Map<string, unknown>;
  config: Record<string, unknown>;
  readonly invalidations: Map<string, { readonly reference: string; polls: number }>;
}

export interface Machine {
  readonly id: string;
  readonly dns: string;
  readonly userData: string;
  port: number | undefined;
  process: ChildProcess | undefined;
  readonly stop: AbortController;
  done: Promise<void>;
}

/** What the stand-in's account has. */
export class State {
  readonly buckets = new Map<string, Bucket>();
  readonly distributions = new Map<string, Distribution>();
  readonly functions = new Map<string, string>();
  readonly accessControls = new Map<string, string>();
  readonly securityGroups = new Map<string, unknown>();
  readonly machines = new Map<string, Machine>();
  /** What machines told, by wait handle. */
  readonly handles = new Map<string, PromiseWithResolvers<{ Status: string; Reason: string }>>();
  /** Bucket names that other accounts have. */
  readonly taken = new Set<string>();
  url = '';
  #last = 0;

  /** Numbers that differ. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Everything that would cost money or stand in somebody's way, but stacks. */
  inventory(): readonly string[] {
    return [
      ...[...this.buckets.keys()].map((name) => `bucket ${name}`),
      ...[...this.distributions.keys()].map((id) => `distribution ${id}`),
      ...[...this.functions.keys()].map((name) => `function ${name}`),
      ...[...this.accessControls.values()].map((name) => `access control ${name}`),
      ...[...this.securityGroups.keys()].map((id) => `security group ${id}`),
      ...[...this.machines.keys()].map((id) => `machine ${id}`),
    ];
  }

  bucket(name: unknown): Bucket {
    if (this.taken.has(String(name))) throw new Refusal('AccessDenied', 'Access Denied', 403);
    const bucket = this.buckets.get(String(name));
    if (bucket === undefined) {
      throw new Refusal('NoSuchBucket', 'The specified bucket does not exist', 404);
    }
    return bucket;
  }
}

export function makeObject(
  body: Buffer,
  contentType = 'binary/octet-stream',
  cacheControl?: string,
): StoredObject {
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  return { body, contentType, cacheControl, etag, modified: new Date() };
}
