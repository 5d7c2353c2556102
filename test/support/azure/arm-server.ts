import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ArmEngine, isActive } from './arm-engine.ts';
import {
  type ArmDeployment,
  ArmError,
  type ArmGroup,
  type ArmResource,
  type Loose,
} from './arm-state.ts';

export interface ArmReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** API versions by what is asked for; a wrong one is refused, as Azure does. */
const versions: readonly (readonly [RegExp, RegExp])[] = [
  [/\/providers\/Microsoft\.Cdn\//i, /^2025-06-01$/],
  [/\/providers\/Microsoft\.Compute\//i, /^2025-04-01$/],
  [/\/providers\/Microsoft\.Network\//i, /^2025-05-01$/],
  [/\/providers\/Microsoft\.Storage\//i, /^2025-06-01$/],
  [/./, /^20\d\d-\d\d-\d\d$/],
];

/** Answer one request to the Resource Manager. */
export async function answerArm(
  engine: ArmEngine,
  { subscription, purge }: { subscription: string; purge: (id: string) => void },
  request: IncomingMessage,
): Promise<ArmReply> {
  const url = new URL(request.url ?? '/', 'https://x');
  const path = decodeURIComponent(url.pathname);
  const method = request.method ?? 'GET';
  const content = await text(request);
  const body = content === '' ? undefined : JSON.parse(content);
  const version = url.searchParams.get('api-version') ?? '';
  const allowed = versions.find(([kind]) => kind.test(path))?.[1];
  if (allowed?.test(version) !== true) {
    throw new ArmError(
      400,
      'InvalidApiVersionParameter',
      `The api-version '${version}' is invalid.`,
    );
  }
  const [, asked = '', rest = ''] = /^\/subscriptions\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (asked !== subscription) {
    throw new ArmError(
      404,
      'SubscriptionNotFound',
      `The subscription '${asked}' could not be found.`,
    );
  }
  const [, group = '', inner = ''] = /^resourcegroups\/?([^/]*)\/?(.*)$/i.exec(rest) ?? [];
  if (group === '')
    return { status: 200, body: { value: [...engine.groups.values()].map(showGroup) } };
  if (inner === '') return await answerGroup(engine, { method, group, body });
  const deployment =
    /^providers\/Microsoft\.Resources\/deployments\/(?<name>[^/]+)(?<what>\/\w+)?$/i.exec(inner);
  if (deployment?.groups !== undefined || /^deployments\//i.test(inner)) {
    const { name = '', what = '' } = deployment?.groups ?? partsOf(inner);
    return await answerDeployment(engine, { method, group, name, what, body });
  }
  if (/^resources$/i.test(inner)) {
    const all = [...engine.getGroup(group).resources.values()];
    // Children that have no location are not listed.
    const listed = all.filter(({ location }) => location !== undefined);
    return { status: 200, body: { value: listed.map(showResource) } };
  }
  return await answerResource(engine, { method, path, purge, body });
}

function partsOf(inner: string): { readonly name?: string; readonly what?: string } {
  return /^deployments\/(?<name>[^/]+)(?<what>\/\w+)?$/i.exec(inner)?.groups ?? {};
}

interface GroupAsk {
  readonly method: string;
  readonly group: string;
  readonly body: Loose;
}

async function answerGroup(
  engine: ArmEngine,
  { method, group, body }: GroupAsk,
): Promise<ArmReply> {
  if (method === 'PUT') {
    return {
      status: 201,
      body: showGroup(engine.putGroup(group, body?.location, body?.tags ?? {})),
    };
  }
  if (method === 'DELETE') {
    engine.deleteGroup(group);
    return {
      status: 202,
      headers: { location: 'https://127.0.0.1:1/never-asked', 'retry-after': '15' },
    };
  }
  return { status: 200, body: showGroup(await engine.lookAtGroup(group)) };
}

async function answerDeployment(
  engine: ArmEngine,
  { method, group, name, what, body }: GroupAsk & { readonly name: string; readonly what: string },
): Promise<ArmReply> {
  if (what === '/validate') {
    engine.validate(group, name, body?.properties);
    return { status: 200, body: { properties: { provisioningState: 'Succeeded' } } };
  }
  if (what === '/operations') {
    const { deployments } = engine.getGroup(group);
    const operations = deployments.get(name)?.operations;
    if (operations === undefined) throw new ArmError(404, 'DeploymentNotFound', name);
    const value = operations.map((one) => ({
      id: one.id,
      operationId: one.id,
      properties: {
        provisioningOperation: 'Create',
        provisioningState: one.state,
        timestamp: '2026-01-01T00:00:00.0000000Z',
        targetResource: { id: one.name, resourceType: one.type, resourceName: one.name },
        statusMessage: one.error?.body,
      },
    }));
    return { status: 200, body: { value } };
  }
  if (method === 'PUT') {
    const made = engine.putDeployment(group, name, body);
    const operation = 'https://127.0.0.1:1/never-asked';
    return {
      status: 201,
      body: showDeployment(made),
      headers: { 'azure-asyncoperation': operation, 'retry-after': '15' },
    };
  }
  return { status: 200, body: showDeployment(await engine.lookAtDeployment(group, name)) };
}

async function answerResource(
  engine: ArmEngine,
  ask: { method: string; path: string; body: Loose; purge: (id: string) => void },
): Promise<ArmReply> {
  const { method, path, body } = ask;
  if (method === 'POST' && path.endsWith('/purge')) {
    const id = path.slice(0, -'/purge'.length);
    if (engine.findResource(id) === undefined) throw notFound(id);
    if (!Array.isArray(body?.contentPaths)) throw new ArmError(400, 'BadRequest', 'contentPaths');
    ask.purge(id);
    return { status: 202, headers: { location: 'https://127.0.0.1:1/never-asked' } };
  }
  if (method === 'DELETE') {
    await engine.deleteResource(path);
    return { status: 202, headers: { location: 'https://127.0.0.1:1/never-asked' } };
  }
  const found = engine.findResource(path);
  if (found === undefined) throw notFound(path);
  return { status: 200, body: showResource(found) };
}

function notFound(id: string): ArmError {
  return new ArmError(404, 'ResourceNotFound', `The Resource '${id}' was not found.`);
}

function showGroup({ name, location, tags, state }: ArmGroup): unknown {
  return {
    id: `/resourceGroups/${name}`,
    name,
    location,
    tags,
    properties: { provisioningState: state },
  };
}

function showResource({
  id,
  type,
  name,
  location,
  tags,
  properties,
  computed,
  state,
}: ArmResource): unknown {
  const { osProfile: _secret, ...shown } = properties;
  return {
    id,
    type,
    name: name.split('/').at(-1),
    location,
    tags,
    properties: { ...shown, ...computed, provisioningState: state },
  };
}

function showDeployment(deployment: ArmDeployment): unknown {
  const { name, tags, state, error, outputs, template, parameters } = deployment;
  const shown = Object.entries(parameters).map(([key, value]) => {
    const type = template.parameters?.[key]?.type ?? '';
    return [key, /^secure/i.test(type) ? { type } : { type, value }];
  });
  return {
    id: `/deployments/${name}`,
    name,
    tags,
    properties: {
      provisioningState: state,
      mode: 'Incremental',
      parameters: Object.fromEntries(shown),
      timestamp: '2026-01-01T00:00:00.0000000Z',
      ...(isActive(deployment) ? {} : { outputs, error: error?.body['error'] }),
    },
  };
}
