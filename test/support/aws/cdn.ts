import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { runInNewContext } from 'node:vm';
import { account, type Distribution, type State, type StoredObject } from './state.ts';
import { type Input, Refusal, textOf } from './wire.ts';

type Config = Record<string, unknown>;

/** Policies that AWS manages, by their ids as its documentation lists them. */
const policies = {
  cache: new Set(['658327ea-f89d-4fab-a63d-7e88639e58f6', '4135ea2d-6df8-44a3-9df3-4b5a84be39ad']),
  request: new Set([
    '216adef6-5c7f-47e4-b989-5492eafa07d3',
    'b689b0a8-53d0-40ab-baf2-68738e2966ac',
  ]),
  headers: new Set(['67f7725c-6f97-4210-82d7-5512b31e9d03']),
};

/** @throws {Refusal} as CloudFront refuses a configuration. */
export function checkConfig(config: Config, state: State): void {
  const origins = config['Origins'] as readonly Config[];
  const behavior = config['DefaultCacheBehavior'] as Config;
  if (!origins.some(({ Id }) => Id === behavior['TargetOriginId']))
    throw new Refusal('NoSuchOrigin', 'One or more of your origins do not exist.');
  for (const origin of origins) {
    const access = origin['OriginAccessControlId'];
    if (access !== undefined && !state.accessControls.has(textOf(access)))
      throw new Refusal(
        'NoSuchOriginAccessControl',
        `The origin access control ${textOf(access)} does not exist.`,
      );
    const path = textOf(origin['OriginPath']);
    if (path !== '' && (!path.startsWith('/') || path.endsWith('/')))
      throw new Refusal('InvalidArgument', 'The parameter OriginPath is invalid.');
  }
  const known: readonly (readonly [string, ReadonlySet<string>])[] = [
    ['CachePolicyId', policies.cache],
    ['OriginRequestPolicyId', policies.request],
    ['ResponseHeadersPolicyId', policies.headers],
  ];
  for (const [key, ids] of known) {
    const id = behavior[key];
    if (id !== undefined && !ids.has(textOf(id)))
      throw new Refusal('NoSuchPolicy', `The policy ${textOf(id)} does not exist.`);
  }
  for (const { FunctionARN } of (behavior['FunctionAssociations'] ?? []) as readonly Config[]) {
    if (!state.functions.has(String(FunctionARN).split('/').at(-1) ?? ''))
      throw new Refusal('InvalidFunctionAssociation', 'The function does not exist.');
  }
}

/** Make a distribution and serve it on a port of its own. */
export async function openDistribution(config: Config, state: State): Promise<Distribution> {
  checkConfig(config, state);
  const id = `E${state.next()}FAKE`;
  const server = createServer((request, response) => {
    serve({ state, distribution }, request, response).catch((error: unknown) => {
      response
        .writeHead(502, { 'x-fake-error': String(error).replaceAll(/[^ -~]/g, ' ') })
        .end('bad gateway');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const domain = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const distribution: Distribution = {
    id,
    domain,
    server,
    config,
    cache: new Map(),
    invalidations: new Map(),
  };
  state.distributions.set(id, distribution);
  return distribution;
}

/** @throws {Refusal} it is enabled. */
export async function closeDistribution(distribution: Distribution, state: State): Promise<void> {
  if (distribution.config['Enabled'] === true)
    throw new Refusal(
      'DistributionNotDisabled',
      'The distribution you are trying to delete has not been disabled.',
      409,
    );
  state.distributions.delete(distribution.id);
  distribution.server.closeAllConnections();
  distribution.server.close();
}

interface Place {
  readonly state: State;
  readonly distribution: Distribution;
}

async function serve(
  place: Place,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { config } = place.distribution;
  if (config['Enabled'] !== true) return void response.writeHead(403).end('disabled');
  const [origin = {}] = config['Origins'] as readonly Config[];
  const headers = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'x-cache': 'Miss from cloudfront',
  };
  if (origin['S3OriginConfig'] === undefined) return await pass(place, origin, request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return void response.writeHead(403, headers).end();
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const rewritten = rewrite(place, path, query);
  if (typeof rewritten !== 'string')
    return void response
      .writeHead(rewritten.status, { ...headers, location: rewritten.location })
      .end();
  const found = cached(place, origin, rewritten);
  const [{ ErrorCode, ResponsePagePath, ResponseCode } = {}] = (config['CustomErrorResponses'] ??
    []) as readonly Config[];
  const page = found.status === ErrorCode ? cached(place, origin, String(ResponsePagePath)) : found;
  const status =
    page === found ? found.status : page.status === 200 ? Number(ResponseCode) : page.status;
  const { object } = page;
  response.writeHead(status, {
    ...headers,
    'content-type': object?.contentType ?? 'application/xml',
    ...(object?.cacheControl === undefined ? {} : { 'cache-control': object.cacheControl }),
    ...(object === undefined ? {} : { etag: object.etag }),
  });
  response.end(
    request.method === 'HEAD'
      ? undefined
      : (object?.body ?? '<Error><Code>NoSuchKey</Code></Error>'),
  );
}

function rewrite(
  { state, distribution }: Place,
  uri: string,
  querystring: string,
): string | { readonly status: number; readonly location: string } {
  const behavior = distribution.config['DefaultCacheBehavior'] as Config;
  const [association] = (behavior['FunctionAssociations'] ?? []) as readonly Config[];
  if (association === undefined) return uri;
  const code = state.functions.get(textOf(association['FunctionARN']).split('/').at(-1) ?? '');
  const event = {
    version: '1.0',
    request: {
      method: 'GET',
      uri,
      querystring: Object.fromEntries(new URLSearchParams(querystring)),
      headers: {},
    },
  };
  const text = runInNewContext(
    `${code}; JSON.stringify(handler(${JSON.stringify(event)}))`,
    {},
  ) as string;
  const result = JSON.parse(text) as {
    readonly uri?: string;
    readonly statusCode?: number;
    readonly headers?: { readonly location?: { readonly value: string } };
  };
  if (result.statusCode !== undefined)
    return { status: result.statusCode, location: result.headers?.location?.value ?? '' };
  return result.uri ?? uri;
}

interface Answer {
  readonly status: number;
  readonly object: StoredObject | undefined;
}

/** Kept until an invalidation, as `s-maxage` asks: who forgets to invalidate sees old pages. */
function cached({ state, distribution }: Place, origin: Config, uri: string): Answer {
  const kept = distribution.cache.get(uri) as Answer | undefined;
  if (kept !== undefined) return kept;
  const path = uri === '/' ? `/${textOf(distribution.config['DefaultRootObject'])}` : uri;
  const answer = fetchObject(
    state,
    distribution,
    `${textOf(origin['OriginPath'])}${path}`,
    textOf(origin['DomainName']),
  );
  if (answer.status === 200) distribution.cache.set(uri, answer);
  return answer;
}

function fetchObject(state: State, { id }: Distribution, path: string, domain: string): Answer {
  const bucket = state.buckets.get(domain.split('.')[0] ?? '');
  if (bucket === undefined) return { status: 404, object: undefined };
  const key = decodeURIComponent(path.slice(1));
  const arn = `arn:aws:s3:::${bucket.name}`;
  const source = `arn:aws:cloudfront::${account}:distribution/${id}`;
  if (!isAllowed(bucket.policy, { action: 's3:GetObject', resource: `${arn}/${key}`, source }))
    return { status: 403, object: undefined };
  const object = bucket.objects.get(key);
  if (object !== undefined) return { status: 200, object };
  return {
    status: isAllowed(bucket.policy, { action: 's3:ListBucket', resource: arn, source })
      ? 404
      : 403,
    object: undefined,
  };
}

function isAllowed(
  policy: unknown,
  asked: { readonly action: string; readonly resource: string; readonly source: string },
): boolean {
  const statements = ((policy as Config | undefined)?.['Statement'] ?? []) as readonly Config[];
  return statements.some((one) => {
    const condition =
      (one['Condition'] as Record<string, Record<string, string>> | undefined)?.['StringEquals'] ??
      {};
    const shape = new RegExp(
      `^${String(one['Resource'])
        .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
        .replaceAll('*', '.*')}$`,
    );
    return (
      one['Effect'] === 'Allow' &&
      one['Action'] === asked.action &&
      shape.test(asked.resource) &&
      (one['Principal'] as Config)['Service'] === 'cloudfront.amazonaws.com' &&
      condition['AWS:SourceArn'] === asked.source
    );
  });
}

async function pass(
  { state }: Place,
  origin: Config,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const machine = [...state.machines.values()].find(({ dns }) => dns === origin['DomainName']);
  if (machine?.port === undefined) return void response.writeHead(502).end('no origin');
  const { method, url: path, headers } = request;
  const passed = httpRequest({
    host: '127.0.0.1',
    port: machine.port,
    method,
    path,
    headers,
    agent: false,
  });
  const answered = once(passed, 'response');
  request.pipe(passed);
  const [answer] = (await answered) as [IncomingMessage];
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}

type Handler = (input: Input, state: State) => Input;

/** The operations of CloudFront that we use. */
export const cloudfront: Readonly<Record<string, Handler>> = {
  CreateInvalidation(input, state) {
    const distribution = distributionOf(input['DistributionId'], state);
    const batch = input['InvalidationBatch'] as {
      readonly CallerReference: string;
      readonly Paths: { readonly Quantity: number; readonly Items?: readonly string[] };
    };
    if (batch.Paths.Quantity !== (batch.Paths.Items ?? []).length)
      throw new Refusal(
        'InconsistentQuantities',
        "The value of Quantity and the size of Items don't match.",
      );
    const same = [...distribution.invalidations].find(
      ([, { reference }]) => reference === batch.CallerReference,
    );
    const id = same?.[0] ?? `I${state.next()}`;
    if (same === undefined)
      distribution.invalidations.set(id, { reference: batch.CallerReference, polls: 0 });
    return {
      Location: 'x',
      Invalidation: {
        Id: id,
        Status: 'InProgress',
        CreateTime: new Date(),
        InvalidationBatch: batch,
      },
    };
  },
  GetInvalidation(input, state) {
    const distribution = distributionOf(input['DistributionId'], state);
    const found = distribution.invalidations.get(String(input['Id']));
    if (found === undefined)
      throw new Refusal('NoSuchInvalidation', 'There is no such invalidation.', 404);
    found.polls += 1;
    if (found.polls === 2) distribution.cache.clear();
    const batch = { CallerReference: found.reference, Paths: { Quantity: 1, Items: ['/*'] } };
    const Status = found.polls >= 2 ? 'Completed' : 'InProgress';
    return {
      Invalidation: { Id: input['Id'], Status, CreateTime: new Date(), InvalidationBatch: batch },
    };
  },
  ListDistributions(_input, state) {
    const Items = [...state.distributions.values()].map(({ id, domain, config }) => ({
      Id: id,
      ARN: `arn:aws:cloudfront::${account}:distribution/${id}`,
      Status: 'Deployed',
      LastModifiedTime: new Date(),
      DomainName: domain,
      Comment: config['Comment'],
      Enabled: config['Enabled'],
    }));
    return {
      DistributionList: {
        Marker: '',
        MaxItems: 100,
        IsTruncated: false,
        Quantity: Items.length,
        Items,
      },
    };
  },
};

function distributionOf(id: unknown, state: State): Distribution {
  const found = state.distributions.get(textOf(id));
  if (found === undefined)
    throw new Refusal('NoSuchDistribution', 'The specified distribution does not exist.', 404);
  return found;
}
