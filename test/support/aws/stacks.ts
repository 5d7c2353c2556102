import { evaluate, needs } from './expressions.ts';
import { type Made, type Props, resourceTypes } from './resource-types.ts';
import { account, region, type State } from './state.ts';
import { type AnyTemplate, validateResource } from './template-validator.ts';

interface Resource {
  readonly type: string;
  readonly made: Made;
  /** Evaluated properties as JSON, to see whether they change. */
  readonly props: string;
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  status: string;
  reason: string | undefined;
  tags: readonly { readonly Key: string; readonly Value: string }[];
  parameters: Readonly<Record<string, string>>;
  template: AnyTemplate;
  readonly resources: Map<string, Resource>;
  outputs: Readonly<Record<string, string>>;
  readonly events: Record<string, unknown>[];
  /** Token of an operation, and the operation. */
  readonly tokens: Set<string>;
  /** What is being done; never rejects. */
  running: Promise<void>;
}

/** A resource that is to fail, so many times. */
export interface ResourceFault {
  readonly when: 'create' | 'update' | 'delete';
  /** Of its type: `AWS::EC2::Instance`. */
  readonly type: string;
  readonly reason: string;
  times: number;
}

/** Makes, changes and removes what stacks describe, and puts back what fails, as CloudFormation does. */
export class StackEngine {
  readonly faults: ResourceFault[] = [];
  readonly stacks: Stack[] = [];
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  open(name: string, status: string): Stack {
    const stack: Stack = {
      id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${this.#state.next()}`,
      name,
      status,
      reason: undefined,
      tags: [],
      parameters: {},
      template: { Resources: {} },
      resources: new Map(),
      outputs: {},
      events: [],
      tokens: new Set(),
      running: Promise.resolve(),
    };
    this.stacks.push(stack);
    return stack;
  }

  create(stack: Stack, onFailure: string): void {
    this.#to(stack, 'CREATE_IN_PROGRESS');
    stack.running = this.#run(async () => {
      try {
        await this.#makeAll(stack, stack.template);
        this.#to(stack, 'CREATE_COMPLETE');
      } catch (error) {
        this.#to(
          stack,
          onFailure === 'DELETE' ? 'DELETE_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS',
          String(error),
        );
        const isGone = await this.#removeAll(stack, [...stack.resources.keys()]);
        const end = onFailure === 'DELETE' ? 'DELETE' : 'ROLLBACK';
        this.#to(stack, `${end}_${isGone ? 'COMPLETE' : 'FAILED'}`);
      }
    });
  }

  update(stack: Stack, template: AnyTemplate, parameters: Readonly<Record<string, string>>): void {
    const before = {
      template: stack.template,
      parameters: stack.parameters,
      resources: new Map(stack.resources),
    };
    stack.parameters = parameters;
    stack.template = template;
    this.#to(stack, 'UPDATE_IN_PROGRESS');
    stack.running = this.#run(async () => {
      try {
        await this.#makeAll(stack, template);
        this.#to(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
        await this.#removeAll(
          stack,
          [...stack.resources.keys()].filter((id) => template.Resources[id] === undefined),
        );
        this.#to(stack, 'UPDATE_COMPLETE');
      } catch (error) {
        this.#to(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', String(error));
        stack.parameters = before.parameters;
        stack.template = before.template;
        await this.#makeAll(stack, before.template);
        await this.#removeAll(
          stack,
          [...stack.resources.keys()].filter((id) => !before.resources.has(id)),
        );
        this.#to(stack, 'UPDATE_ROLLBACK_COMPLETE');
      }
    });
  }

  remove(stack: Stack): void {
    this.#to(stack, 'DELETE_IN_PROGRESS');
    stack.running = this.#run(async () => {
      const isGone = await this.#removeAll(stack, [...stack.resources.keys()]);
      this.#to(stack, isGone ? 'DELETE_COMPLETE' : 'DELETE_FAILED');
    });
  }

  finishRollback(stack: Stack): void {
    this.#to(stack, 'UPDATE_ROLLBACK_IN_PROGRESS');
    stack.running = this.#run(async () => this.#to(stack, 'UPDATE_ROLLBACK_COMPLETE'));
  }

  /** Later than the answer to who asked for it. */
  async #run(work: () => Promise<void>): Promise<void> {
    await pause();
    await work();
  }

  async #makeAll(stack: Stack, template: AnyTemplate): Promise<void> {
    for (const id of inOrder(template)) await this.#make(stack, id, template);
    const known = { parameters: stack.parameters, resources: madeOf(stack) };
    const outputs = Object.entries(
      (template.Outputs ?? {}) as Readonly<Record<string, { readonly Value: unknown }>>,
    );
    stack.outputs = Object.fromEntries(
      outputs.map(([key, { Value }]) => [key, String(evaluate(Value, known))]),
    );
  }

  async #make(stack: Stack, id: string, template: AnyTemplate): Promise<void> {
    const { Type: type = '', Properties = {} } = template.Resources[id] ?? {};
    const handler = resourceTypes[type];
    const there = stack.resources.get(id);
    const doing = there === undefined ? 'create' : 'update';
    const word = doing.toUpperCase();
    try {
      const props = evaluate(Properties, {
        parameters: stack.parameters,
        resources: madeOf(stack),
      }) as Props;
      const text = JSON.stringify(props);
      if (there?.props === text) return;
      this.#tell(stack, { id, type }, `${word}_IN_PROGRESS`);
      await pause();
      this.#fail(doing, type);
      const wrong = validateResource(id, { Type: type, Properties: props });
      if (wrong.length > 0) throw new Error(`Properties validation failed: ${wrong.join('; ')}`);
      if (handler === undefined) throw new Error(`no type ${type}`);
      if (there !== undefined && handler.update === undefined)
        throw new Error(`a change of ${type} would interrupt or replace it`);
      const made = there?.made ?? (await handler.create(props, this.#state));
      if (there !== undefined) await handler.update?.(made, props, this.#state);
      stack.resources.set(id, { type, made, props: text });
      this.#tell(stack, { id, type }, `${word}_COMPLETE`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell(stack, { id, type }, `${word}_FAILED`, reason);
      throw new Error(`The following resource(s) failed to ${doing}: [${id}]`, { cause: error });
    }
  }

  async #removeAll(stack: Stack, ids: readonly string[]): Promise<boolean> {
    let isGone = true;
    for (const id of ids.toReversed()) {
      const found = stack.resources.get(id);
      if (found === undefined) continue;
      const { type, made } = found;
      try {
        await pause();
        this.#fail('delete', type);
        await resourceTypes[type]?.remove(made, this.#state);
        stack.resources.delete(id);
        this.#tell(stack, { id, type }, 'DELETE_COMPLETE');
      } catch (error) {
        isGone = false;
        this.#tell(
          stack,
          { id, type },
          'DELETE_FAILED',
          error instanceof Error ? error.message : String(error),
        );
      }
    }
    return isGone;
  }

  #fail(when: ResourceFault['when'], type: string): void {
    const fault = this.faults.find(
      (one) => one.when === when && one.type === type && one.times > 0,
    );
    if (fault === undefined) return;
    fault.times -= 1;
    throw new Error(fault.reason);
  }

  #to(stack: Stack, status: string, reason?: string): void {
    stack.status = status;
    stack.reason = reason;
    this.#tell(stack, { id: stack.name, type: 'AWS::CloudFormation::Stack' }, status, reason);
  }

  #tell(
    stack: Stack,
    { id, type }: { readonly id: string; readonly type: string },
    status: string,
    reason?: string,
  ): void {
    stack.events.unshift({
      EventId: `event-${this.#state.next()}`,
      StackId: stack.id,
      StackName: stack.name,
      LogicalResourceId: id,
      ResourceType: type,
      ResourceStatus: status,
      Timestamp: new Date(),
      ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
    });
  }
}

function madeOf(stack: Stack): ReadonlyMap<string, Made> {
  return new Map([...stack.resources].map(([id, { made }]) => [id, made]));
}

/** Each after what it needs, else the last first: nobody may count on the order of a template. */
function inOrder(template: AnyTemplate): readonly string[] {
  const done = new Set<string>();
  const visit = (id: string, above: readonly string[]): void => {
    if (above.includes(id))
      throw new Error(`Circular dependency between resources: [${[...above, id].join(', ')}]`);
    const resource = template.Resources[id];
    if (resource === undefined || done.has(id)) return;
    for (const other of needs(resource)) visit(other, [...above, id]);
    done.add(id);
  };
  for (const id of Object.keys(template.Resources).toReversed()) visit(id, []);
  return [...done];
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
}
