import { createHash } from 'node:crypto';
import { evaluate, type Functions, parseExpression } from './arm-expressions.ts';
import {
  type ArmDeployment,
  ArmError,
  type ArmGroup,
  type ArmOperation,
  type ArmResource,
  type Loose,
  type Provider,
} from './arm-state.ts';
import { type Template, templateProblems, type TemplateResource } from './arm-template.ts';
import { isExpression, problemsOf } from './arm-types.ts';

/** Makes a resource, or a check before it, fail. */
export interface ArmFault {
  /** End of the resource's type: `virtualMachines`. */
  readonly type: string;
  /** `preflight`: as the deployment is sent; `create`: as its turn comes. */
  readonly when: 'preflight' | 'create';
  readonly code: string;
  readonly message: string;
  /** How often; left out: always. */
  times?: number;
}

/**
 * A small Resource Manager: groups, deployments of templates, resources. Nothing happens by itself:
 * each look at a deployment makes one more resource, and the second look at a group that is being
 * deleted removes it, so that tests do not depend on time.
 */
export class ArmEngine {
  readonly groups = new Map<string, ArmGroup>();
  readonly faults: ArmFault[] = [];
  readonly #subscription: string;
  readonly #providers: ReadonlyMap<string, Provider>;

  constructor(subscription: string, providers: readonly Provider[]) {
    this.#subscription = subscription;
    this.#providers = new Map(providers.map((one) => [one.type.toLowerCase(), one]));
  }

  getGroup(name: string): ArmGroup {
    const found = this.groups.get(name.toLowerCase());
    if (found !== undefined) return found;
    throw new ArmError(
      404,
      'ResourceGroupNotFound',
      `Resource group '${name}' could not be found.`,
    );
  }

  putGroup(name: string, location: unknown, tags: ArmGroup['tags']): ArmGroup {
    const found = this.groups.get(name.toLowerCase());
    if (typeof location !== 'string')
      throw new ArmError(400, 'LocationRequired', 'location is required');
    if (found?.state === 'Deleting') throw beingDeleted(name);
    if (found !== undefined && found.location !== location) {
      throw new ArmError(409, 'InvalidResourceGroupLocation', `'${name}' is in ${found.location}`);
    }
    const group: ArmGroup = found ?? {
      name,
      location,
      tags,
      state: 'Succeeded',
      deployments: new Map(),
      resources: new Map(),
      looksLeft: 0,
    };
    group.tags = tags;
    this.groups.set(name.toLowerCase(), group);
    return group;
  }

  deleteGroup(name: string): void {
    const group = this.getGroup(name);
    if (group.state !== 'Deleting') group.looksLeft = 2;
    group.state = 'Deleting';
  }

  /** Look at a group; one that is being deleted is gone some looks later. */
  async lookAtGroup(name: string): Promise<ArmGroup> {
    const group = this.getGroup(name);
    if (group.state !== 'Deleting') return group;
    group.looksLeft -= 1;
    if (group.looksLeft > 0) return group;
    for (const resource of [...group.resources.values()].toReversed()) {
      await this.#providers.get(resource.type.toLowerCase())?.remove?.(resource);
      group.resources.delete(resource.id.toLowerCase());
    }
    this.groups.delete(name.toLowerCase());
    return this.getGroup(name);
  }

  /** Check a deployment as Azure does before it begins. */
  validate(groupName: string, name: string, properties: Loose): ArmDeployment {
    const group = this.getGroup(groupName);
    if (group.state === 'Deleting') throw beingDeleted(groupName);
    const { mode, template, parameters: given = {} } = properties ?? {};
    if (mode !== 'Incremental' || typeof template !== 'object') {
      throw new ArmError(400, 'InvalidRequestContent', 'The request content is invalid.');
    }
    const problems = templateProblems(template);
    if (problems.length > 0) throw invalidTemplate(problems.join('; '));
    const { parameters: declared = {}, resources } = template as Template;
    const parameters: Record<string, unknown> = {};
    for (const [key, { defaultValue, type }] of Object.entries(declared)) {
      const value = given[key]?.value ?? defaultValue;
      const wanted = type === 'bool' ? 'boolean' : 'string';
      if (typeof value !== wanted) throw invalidTemplate(`The parameter '${key}' is no ${type}.`);
      parameters[key] = value;
    }
    const unknown = Object.keys(given).find((key) => declared[key] === undefined);
    if (unknown !== undefined) throw invalidTemplate(`There is no parameter '${unknown}'.`);
    const functions = this.#functions(group, parameters);
    const rest = inOrder(resources).filter(
      ({ condition = true }) => resolve(condition, functions) === true,
    );
    for (const { type } of rest) {
      const fault = this.#takeFault(type, 'preflight');
      if (fault === undefined) continue;
      throw new ArmError(
        400,
        'InvalidTemplateDeployment',
        `The template deployment '${name}' is not valid according to the validation procedure.`,
        [{ code: fault.code, message: fault.message }],
      );
    }
    return { name, template, parameters, tags: {}, state: 'Accepted', operations: [], rest };
  }

  putDeployment(groupName: string, name: string, body: Loose): ArmDeployment {
    const group = this.getGroup(groupName);
    const before = group.deployments.get(name);
    if (before !== undefined && isActive(before)) {
      throw new ArmError(409, 'DeploymentActive', `The deployment '${name}' is still active.`);
    }
    const checked = this.validate(groupName, name, body?.properties);
    const deployment = { ...checked, tags: body.tags ?? {} };
    group.deployments.set(name, deployment);
    return deployment;
  }

  /** Look at a deployment, which goes on by one resource. */
  async lookAtDeployment(groupName: string, name: string): Promise<ArmDeployment> {
    const group = this.getGroup(groupName);
    const deployment = group.deployments.get(name);
    if (deployment === undefined) {
      throw new ArmError(404, 'DeploymentNotFound', `Deployment '${name}' could not be found.`);
    }
    if (isActive(deployment)) await this.#goOn(group, deployment);
    return deployment;
  }

  findResource(id: string): ArmResource | undefined {
    for (const { resources } of this.groups.values()) {
      const found = resources.get(id.toLowerCase());
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async deleteResource(id: string): Promise<void> {
    const resource = this.findResource(id);
    if (resource === undefined) return;
    await this.#providers.get(resource.type.toLowerCase())?.remove?.(resource);
    for (const { resources } of this.groups.values()) {
      for (const key of resources.keys()) {
        if (key === id.toLowerCase() || key.startsWith(`${id.toLowerCase()}/`))
          resources.delete(key);
      }
    }
  }

  async #goOn(group: ArmGroup, deployment: ArmDeployment): Promise<void> {
    deployment.state = 'Running';
    const next = deployment.rest.shift();
    const functions = this.#functions(group, deployment.parameters);
    if (next === undefined) {
      deployment.outputs = resolve(deployment.template.outputs ?? {}, functions) as never;
      deployment.state = 'Succeeded';
      return;
    }
    const done = { id: String(deployment.operations.length + 1), type: next.type };
    let name = next.name;
    try {
      name = String(resolve(next.name, functions));
      await this.#make(group, next, functions);
      deployment.operations.push({ ...done, name, state: 'Succeeded' });
    } catch (error) {
      const failed =
        error instanceof ArmError
          ? error
          : new ArmError(
              400,
              'InvalidTemplate',
              error instanceof Error ? error.message : 'unknown',
            );
      const operation: ArmOperation = { ...done, name, state: 'Failed', error: failed };
      deployment.operations.push(operation);
      deployment.state = 'Failed';
      deployment.rest.length = 0;
      deployment.error = new ArmError(
        400,
        'DeploymentFailed',
        'At least one resource deployment operation failed. Please list deployment operations.',
        // As Azure does: the inner error is a text of JSON.
        [{ code: 'Conflict', message: JSON.stringify(failed.body) }],
      );
    }
  }

  async #make(group: ArmGroup, wish: TemplateResource, functions: Functions): Promise<void> {
    const { dependsOn: _waits, condition: _condition, ...rest } = wish;
    const resource = resolve(rest, functions) as TemplateResource & Record<string, Loose>;
    const problems = problemsOf(resource);
    if (problems.length > 0) throw new ArmError(400, 'InvalidParameter', problems.join('; '));
    const { type, name } = resource;
    const id = this.#idOf(group.name, type, name.split('/'));
    const fault = this.#takeFault(type, 'create');
    const { location, tags = {}, properties = {} } = resource as Record<string, Loose>;
    const made = { id, type, name, location, tags, properties };
    if (fault !== undefined) {
      // What fails is often there afterwards, half made.
      group.resources.set(id.toLowerCase(), { ...made, computed: {}, state: 'Failed' });
      throw new ArmError(409, fault.code, fault.message);
    }
    const parent = name.split('/').slice(0, -1);
    if (parent.length > 0) {
      const parentType = type.split('/').slice(0, -1).join('/');
      if (this.findResource(this.#idOf(group.name, parentType, parent)) === undefined) {
        throw new ArmError(404, 'ParentResourceNotFound', `${name} has no parent.`);
      }
    }
    const provider = this.#providers.get(type.toLowerCase());
    const computed = (await provider?.create(made)) ?? {};
    group.resources.set(id.toLowerCase(), { ...made, computed, state: 'Succeeded' });
  }

  #functions(group: ArmGroup, parameters: Readonly<Record<string, unknown>>): Functions {
    const root = `/subscriptions/${this.#subscription}`;
    return {
      parameters: (name) => parameters[String(name)],
      concat: (...parts) => parts.join(''),
      empty: (value) => value === '' || value === undefined,
      not: (value) => value !== true,
      base64: (text) => Buffer.from(String(text)).toString('base64'),
      // Azure's own is of another namespace; what counts is that it is always the same.
      guid: (...parts) => {
        const hex = createHash('sha256').update(parts.join('-')).digest('hex');
        return [8, 4, 4, 4, 12]
          .reduce<{ at: number; parts: string[] }>(
            ({ at, parts: all }, size) => ({
              at: at + size,
              parts: [...all, hex.slice(at, at + size)],
            }),
            { at: 0, parts: [] },
          )
          .parts.join('-');
      },
      resourceGroup: () => ({
        id: `${root}/resourceGroups/${group.name}`,
        location: group.location,
      }),
      resourceId: (type, ...names) => this.#idOf(group.name, String(type), names.map(String)),
      subscriptionResourceId: (type, ...names) =>
        `${root}/providers/${String(type)}/${names.join('/')}`,
      reference: (id) => {
        const found = this.findResource(String(id));
        if (found === undefined) {
          throw new ArmError(
            404,
            'ResourceNotFound',
            `The Resource '${String(id)}' was not found.`,
          );
        }
        return { ...found.properties, ...found.computed };
      },
    };
  }

  #idOf(group: string, type: string, names: readonly string[]): string {
    const [provider = '', ...types] = type.split('/');
    const path = types.map((one, index) => `${one}/${names[index] ?? ''}`).join('/');
    return `/subscriptions/${this.#subscription}/resourceGroups/${group}/providers/${provider}/${path}`;
  }

  #takeFault(type: string, when: ArmFault['when']): ArmFault | undefined {
    const fault = this.faults.find(
      (one) => one.when === when && type.endsWith(one.type) && (one.times ?? 1) > 0,
    );
    if (fault?.times !== undefined) fault.times -= 1;
    return fault;
  }
}

export function isActive({ state }: ArmDeployment): boolean {
  return state === 'Accepted' || state === 'Running';
}

/** Each after what it waits for. @throws ArmError when they wait in a circle. */
function inOrder(resources: readonly TemplateResource[]): TemplateResource[] {
  const idOf = ({ type, name }: TemplateResource): string =>
    `[resourceId('${type}', ${name
      .split('/')
      .map((one) => `'${one}'`)
      .join(', ')})]`;
  const sorted: TemplateResource[] = [];
  const rest = [...resources];
  while (rest.length > 0) {
    const waiting = new Set(rest.map(idOf));
    const index = rest.findIndex(
      ({ dependsOn = [] }) => !dependsOn.some((one) => waiting.has(one)),
    );
    if (index === -1) throw invalidTemplate('Circular dependency detected.');
    sorted.push(...rest.splice(index, 1));
  }
  return sorted;
}

function resolve(value: unknown, functions: Functions): unknown {
  if (typeof value === 'string' && isExpression(value)) {
    return evaluate(parseExpression(value), functions);
  }
  if (Array.isArray(value)) return value.map((one) => resolve(one, functions));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, resolve(one, functions)]),
  );
}

function invalidTemplate(message: string): ArmError {
  return new ArmError(400, 'InvalidTemplate', `Deployment template validation failed: ${message}`);
}

function beingDeleted(name: string): ArmError {
  const message = `The resource group '${name}' is in deprovisioning state.`;
  return new ArmError(409, 'ResourceGroupBeingDeleted', message);
}
