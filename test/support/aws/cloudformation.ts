import type { Stack, StackEngine } from './stacks.ts';
import { type AnyTemplate, validateTemplate } from './template-validator.ts';
import { type Input, Refusal, textOf } from './wire.ts';

type Handler = (input: Input, engine: StackEngine) => Input;

/** The operations of CloudFormation that we use. */
export const cloudformation: Readonly<Record<string, Handler>> = {
  CreateStack(input, engine) {
    const name = String(input['StackName']);
    const there = engine.stacks.find(
      (one) => one.name === name && one.status !== 'DELETE_COMPLETE',
    );
    const token = textOf(input['ClientRequestToken']);
    if (token !== '' && there?.tokens.has(token) === true) return { StackId: there.id };
    if (there !== undefined)
      throw new Refusal('AlreadyExistsException', `Stack [${name}] already exists`);
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name))
      throw new Refusal('ValidationError', `Stack name ${name} is not valid`);
    const template = templateOf(input);
    const stack = engine.open(name, 'CREATE_IN_PROGRESS');
    stack.tokens.add(token);
    stack.tags = tagsOf(input);
    stack.template = template;
    stack.parameters = parametersOf(input, template);
    engine.create(stack, textOf(input['OnFailure']));
    return { StackId: stack.id };
  },
  UpdateStack(input, engine) {
    const stack = find(engine, input);
    const token = textOf(input['ClientRequestToken']);
    if (token !== '' && stack.tokens.has(token)) return { StackId: stack.id };
    if (!/^(?:CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status))
      throw new Refusal(
        'ValidationError',
        `Stack:${stack.id} is in ${stack.status} state and can not be updated.`,
      );
    const template = templateOf(input);
    const parameters = parametersOf(input, template);
    const tags = tagsOf(input);
    const before = JSON.stringify([stack.template, stack.parameters, stack.tags]);
    if (before === JSON.stringify([template, parameters, tags]))
      throw new Refusal('ValidationError', 'No updates are to be performed.');
    stack.tokens.add(token);
    stack.tags = tags;
    engine.update(stack, template, parameters);
    return { StackId: stack.id };
  },
  DeleteStack(input, engine) {
    const stack = engine.stacks.findLast((one) => isNamed(one, input));
    if (stack === undefined || stack.status === 'DELETE_COMPLETE') return {};
    if (/^UPDATE.*_IN_PROGRESS$/.test(stack.status))
      throw new Refusal(
        'ValidationError',
        `Stack:${stack.id} is in ${stack.status} state and can not be deleted.`,
      );
    if (stack.status !== 'DELETE_IN_PROGRESS') engine.remove(stack);
    return {};
  },
  ContinueUpdateRollback(input, engine) {
    const stack = find(engine, input);
    if (stack.status !== 'UPDATE_ROLLBACK_FAILED')
      throw new Refusal('ValidationError', 'not in UPDATE_ROLLBACK_FAILED');
    engine.finishRollback(stack);
    return {};
  },
  DescribeStacks(input, engine) {
    if (input['StackName'] === undefined) {
      return {
        Stacks: engine.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE').map(describe),
      };
    }
    return { Stacks: [describe(find(engine, input))] };
  },
  DescribeStackEvents(input, engine) {
    const { events } = find(engine, input);
    const from = Number(input['NextToken'] ?? 0);
    const more = from + 100 < events.length ? { NextToken: String(from + 100) } : {};
    return { StackEvents: events.slice(from, from + 100), ...more };
  },
  DescribeStackResource(input, engine) {
    const stack = find(engine, input);
    const id = String(input['LogicalResourceId']);
    const found = stack.resources.get(id);
    if (found === undefined)
      throw new Refusal('ValidationError', `Resource ${id} does not exist for stack ${stack.name}`);
    return {
      StackResourceDetail: {
        LogicalResourceId: id,
        PhysicalResourceId: found.made.ref,
        ResourceType: found.type,
        LastUpdatedTimestamp: new Date(),
        ResourceStatus: 'CREATE_COMPLETE',
      },
    };
  },
};

function isNamed({ id, name }: Stack, input: Input): boolean {
  return id === input['StackName'] || name === input['StackName'];
}

/** A deleted stack is found by its id alone. */
function find(engine: StackEngine, input: Input): Stack {
  const found = engine.stacks.findLast(
    (one) =>
      one.id === input['StackName'] || (isNamed(one, input) && one.status !== 'DELETE_COMPLETE'),
  );
  if (found === undefined)
    throw new Refusal(
      'ValidationError',
      `Stack with id ${String(input['StackName'])} does not exist`,
    );
  return found;
}

function describe(stack: Stack): Input {
  const declared = (stack.template.Parameters ?? {}) as Readonly<
    Record<string, { readonly NoEcho?: boolean }>
  >;
  return {
    StackId: stack.id,
    StackName: stack.name,
    StackStatus: stack.status,
    ...(stack.reason === undefined ? {} : { StackStatusReason: stack.reason }),
    CreationTime: new Date(),
    Tags: stack.tags,
    Parameters: Object.entries(stack.parameters).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: declared[ParameterKey]?.NoEcho === true ? '****' : value,
    })),
    Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({
      OutputKey,
      OutputValue,
    })),
  };
}

function templateOf(input: Input): AnyTemplate {
  const text = String(input['TemplateBody']);
  if (Buffer.byteLength(text) > 51_200)
    throw new Refusal(
      'ValidationError',
      'templateBody must have length less than or equal to 51200',
    );
  const template = JSON.parse(text) as AnyTemplate;
  const wrong = validateTemplate(template);
  if (wrong.length > 0) throw new Refusal('ValidationError', `Template error: ${wrong.join('; ')}`);
  return template;
}

function tagsOf(input: Input): Stack['tags'] {
  const tags = (input['Tags'] ?? []) as Stack['tags'];
  if (tags.length > 50) throw new Refusal('ValidationError', 'too many tags');
  return tags;
}

/** Debian's public parameters of SSM. */
const images: Readonly<Record<string, string>> = {
  '/aws/service/debian/release/13/latest/amd64': 'ami-0123456789abcdef0',
  '/aws/service/debian/release/13/latest/arm64': 'ami-0fedcba9876543210',
};

interface Declared {
  readonly Type: string;
  readonly Default?: string;
  readonly AllowedPattern?: string;
}

function parametersOf(input: Input, template: AnyTemplate): Readonly<Record<string, string>> {
  const given = new Map(
    (
      (input['Parameters'] ?? []) as readonly {
        readonly ParameterKey: string;
        readonly ParameterValue: string;
      }[]
    ).map((one) => [one.ParameterKey, one.ParameterValue]),
  );
  const declared = Object.entries(
    (template.Parameters ?? {}) as Readonly<Record<string, Declared>>,
  );
  const unknown = [...given.keys()].filter((key) => !declared.some(([name]) => name === key));
  if (unknown.length > 0)
    throw new Refusal(
      'ValidationError',
      `Parameters: [${unknown.join(', ')}] do not exist in the template`,
    );
  return Object.fromEntries(
    declared.map(([name, { Type, Default, AllowedPattern }]) => {
      const value = given.get(name) ?? Default;
      if (value === undefined)
        throw new Refusal('ValidationError', `Parameters: [${name}] must have values`);
      if (Buffer.byteLength(value) > 4_096)
        throw new Refusal('ValidationError', `Parameter ${name} is too long`);
      if (AllowedPattern !== undefined && !new RegExp(AllowedPattern).test(value))
        throw new Refusal('ValidationError', `Parameter ${name} failed to satisfy constraint`);
      if (!Type.startsWith('AWS::SSM::Parameter::Value')) return [name, value];
      const image = images[value];
      if (image === undefined)
        throw new Refusal(
          'ValidationError',
          `Unable to fetch parameters [${value}] from parameter store for this account.`,
        );
      return [name, image];
    }),
  );
}
