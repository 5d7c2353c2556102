import type { Template } from './arm-template.ts';

/** What Azure's requests and resources hold: its shape is Azure's, and is checked by its types. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test reads deep into it
export type Loose = any;

/** What Azure refuses with, before it has a request id. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly { readonly code: string; readonly message: string }[];

  constructor(status: number, code: string, message: string, details: ArmError['details'] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  get body(): Readonly<Record<string, unknown>> {
    const { code, message, details } = this;
    return { error: { code, message, ...(details.length === 0 ? {} : { details }) } };
  }
}

export interface ArmResource {
  readonly id: string;
  readonly type: string;
  /** With its parents' names: `profile/endpoint`. */
  readonly name: string;
  readonly location?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** As given, evaluated. */
  readonly properties: Readonly<Record<string, Loose>>;
  /** What Azure adds: addresses, host names. */
  readonly computed: Readonly<Record<string, unknown>>;
  state: string;
}

export interface ArmOperation {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly state: 'Succeeded' | 'Failed';
  readonly error?: ArmError;
}

export interface ArmDeployment {
  readonly name: string;
  readonly template: Template;
  /** Of securestrings too; they are never shown. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
  state: 'Accepted' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled';
  error?: ArmError;
  outputs?: Readonly<Record<string, { type: string; value: unknown }>>;
  readonly operations: ArmOperation[];
  /** Resources that are still to be made, in order. */
  readonly rest: Template['resources'][number][];
}

export interface ArmGroup {
  readonly name: string;
  readonly location: string;
  tags: Readonly<Record<string, string>>;
  state: 'Succeeded' | 'Deleting';
  readonly deployments: Map<string, ArmDeployment>;
  /** By id in lower case. */
  readonly resources: Map<string, ArmResource>;
  /** Looks that are answered before it is gone. */
  looksLeft: number;
}

/** What happens in the world when a resource is made or removed. */
export interface Provider {
  readonly type: string;
  /** @throws ArmError */
  create(
    resource: Omit<ArmResource, 'computed' | 'state'>,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** @throws ArmError: something stands in the way. */
  remove?(resource: ArmResource): Promise<void>;
}
