import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as cloudFormationClient from '@aws-sdk/client-cloudformation';
import * as cloudFrontClient from '@aws-sdk/client-cloudfront';
import * as s3Client from '@aws-sdk/client-s3';
import * as stsClient from '@aws-sdk/client-sts';
import { cloudformation } from './cloudformation.ts';
import { closeDistribution, cloudfront } from './cdn.ts';
import { stopMachine } from './machine.ts';
import { s3 } from './s3.ts';
import { StackEngine } from './stacks.ts';
import { account, State } from './state.ts';
import {
  errorReply,
  QueryService,
  Refusal,
  RestService,
  type WireReply,
  type WireRequest,
} from './wire.ts';

/** Credentials that the stand-in takes; they are in no output of ours. */
export const fakeKeys = {
  accessKeyId: 'AKIAFAKEFAKEFAKE0001',
  secretAccessKey: 'fake-secret-never-to-be-seen',
  sessionToken: 'fake-token-never-to-be-seen',
};
export const expiredKeyId = 'AKIAFAKEFAKEEXPIRED1';

export interface Fault {
  /** Of the operation: `PutObject`; undefined meets the next one, whatever it is. */
  readonly operation: string | undefined;
  readonly kind: 'denied' | 'quota' | 'throttled' | 'reset' | 'lost-answer' | 'broken';
  times: number;
}

/** AWS on a port of this machine: everything a site needs, and nothing else. */
export interface FakeAws extends AsyncDisposable {
  readonly url: string;
  readonly state: State;
  readonly engine: StackEngine;
  readonly faults: Fault[];
  /** Operations in the order they came. */
  readonly calls: string[];
  /** Called before each operation is done. */
  onCall: (operation: string) => void;
  /** What is there, stacks too; empty after all sites are destroyed. */
  inventory(): readonly string[];
}

const services = {
  s3: new RestService(s3Client, 'http://s3.amazonaws.com/doc/2006-03-01/'),
  cloudfront: new RestService(cloudFrontClient, 'http://cloudfront.amazonaws.com/doc/2020-05-31/'),
  cloudformation: new QueryService(
    cloudFormationClient,
    'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  ),
  sts: new QueryService(stsClient, 'https://sts.amazonaws.com/doc/2011-06-15/'),
};
type Service = keyof typeof services;

export async function startFakeAws(): Promise<FakeAws> {
  const state = new State();
  const engine = new StackEngine(state);
  const faults: Fault[] = [];
  const calls: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = await answer(fake, await read(request));
    if (reply === undefined) {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { ...reply.headers, 'x-amzn-requestid': 'fake' });
    response.end(request.method === 'HEAD' ? undefined : reply.body);
  };
  const server = createServer((request, response) => {
    // Who asked may be gone, or have asked for what is no service here.
    handle(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeAws = {
    url: state.url,
    state,
    engine,
    faults,
    calls,
    onCall: () => {},
    inventory: () => [
      ...engine.stacks
        .filter(({ status }) => status !== 'DELETE_COMPLETE')
        .map(({ name, status }) => `stack ${name} ${status}`),
      ...state.inventory(),
    ],
    async [Symbol.asyncDispose]() {
      for (const { promise: _promise, resolve } of state.handles.values())
        resolve({ Status: 'FAILURE', Reason: 'closed' });
      await Promise.all(engine.stacks.map(async ({ running }) => await running));
      for (const machine of state.machines.values()) await stopMachine(machine, state);
      for (const one of state.distributions.values()) {
        one.config = { ...one.config, Enabled: false };
        await closeDistribution(one, state);
      }
      server.closeAllConnections();
      server.close();
    },
  };
  return fake;
}

async function read(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://fake');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
    ),
    body: Buffer.concat(chunks),
  };
}

/** Undefined: the connection breaks. */
async function answer(fake: FakeAws, wire: WireRequest): Promise<WireReply | undefined> {
  if (wire.path.startsWith('/wait-')) return report(fake, wire);
  if (wire.query.has('X-Amz-Signature')) return presigned(fake, wire);
  const service = serviceOf(wire);
  try {
    checkSignature(wire, service);
    const { name, input } = await decode(service, wire);
    fake.calls.push(name);
    fake.onCall(name);
    const fault = fake.faults.find((one) => one.times > 0 && (one.operation ?? name) === name);
    if (fault !== undefined) fault.times -= 1;
    if (fault?.kind === 'reset') return undefined;
    if (fault !== undefined && fault.kind !== 'lost-answer') throw refusalOf(fault, name, service);
    const output = perform(fake, service, name, input);
    return fault?.kind === 'lost-answer' ? undefined : services[service].encode(name, output);
  } catch (error) {
    if (error instanceof Refusal) return errorReply(error, service);
    return errorReply(new Refusal('InternalError', String(error), 500), service);
  }
}

/** By the scope of the signature; without one, by what the request looks like. */
function serviceOf({ headers }: WireRequest): Service {
  const { service = 's3' } =
    /\/(?<service>\w+)\/aws4_request/.exec(headers['authorization'] ?? '')?.groups ?? {};
  if (!(service in services)) throw new Error(`no service ${service}`);
  return service as Service;
}

/** @throws {Refusal} no signature of Signature Version 4, or not with our key. */
function checkSignature({ headers }: WireRequest, service: Service): void {
  const shape =
    /^AWS4-HMAC-SHA256 Credential=(?<key>[^/]+)\/\d{8}\/[\w-]+\/\w+\/aws4_request, SignedHeaders=[\w;-]*host[\w;-]*, Signature=[0-9a-f]{64}$/;
  const { key } = shape.exec(headers['authorization'] ?? '')?.groups ?? {};
  if (key === undefined || headers['x-amz-date'] === undefined)
    throw new Refusal('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  if (key === expiredKeyId)
    throw new Refusal('ExpiredToken', 'The security token included in the request is expired', 403);
  if (key !== fakeKeys.accessKeyId)
    throw new Refusal(
      'InvalidClientTokenId',
      `The security token ${key} included in the request is invalid.`,
      403,
    );
  if (service === 's3' && headers['x-amz-content-sha256'] === undefined)
    throw new Refusal(
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    );
}

async function decode(
  service: Service,
  wire: WireRequest,
): Promise<{ readonly name: string; readonly input: Record<string, unknown> }> {
  if (service !== 's3') return await services[service].decode(wire);
  const [, Bucket = '', ...rest] = wire.path.split('/');
  return await services.s3.decode(
    { ...wire, path: `/${rest.join('/')}` },
    { Bucket: decodeURIComponent(Bucket) },
  );
}

function perform(
  { state, engine }: FakeAws,
  service: Service,
  name: string,
  input: Record<string, unknown>,
): Record<string, unknown> {
  if (service === 'sts' && name === 'GetCallerIdentity')
    return { UserId: 'AIDAFAKE', Account: account, Arn: `arn:aws:iam::${account}:user/fake` };
  const found =
    service === 's3'
      ? s3[name]?.(input, state)
      : service === 'cloudfront'
        ? cloudfront[name]?.(input, state)
        : cloudformation[name]?.(input, engine);
  if (found === undefined) throw new Refusal('NotImplemented', name, 501);
  return found;
}

function refusalOf({ kind }: Fault, name: string, service: Service): Refusal {
  const isS3 = service === 's3';
  if (kind === 'denied') {
    const message = `User: arn:aws:iam::${account}:user/fake is not authorized to perform: ${name}`;
    return new Refusal(isS3 ? 'AccessDenied' : 'AccessDeniedException', message, 403);
  }
  if (kind === 'quota') {
    return new Refusal('LimitExceededException', 'The quota of stacks is used up');
  }
  if (kind !== 'throttled') {
    return new Refusal('InternalFailure', 'We encountered an internal error.', 500);
  }
  return isS3
    ? new Refusal('SlowDown', 'Please reduce your request rate.', 503)
    : new Refusal('Throttling', 'Rate exceeded');
}

function report({ state }: FakeAws, { path, body, query }: WireRequest): WireReply {
  if (!query.has('X-Amz-Signature'))
    return errorReply(new Refusal('AccessDenied', 'no signature', 403), 's3');
  state.handles
    .get(path.slice(1))
    ?.resolve(JSON.parse(body.toString()) as { Status: string; Reason: string });
  return { status: 200, headers: {}, body: '' };
}

function presigned({ state }: FakeAws, { method, path, query }: WireRequest): WireReply {
  try {
    const isWhole = [
      'X-Amz-Algorithm',
      'X-Amz-Credential',
      'X-Amz-Date',
      'X-Amz-Expires',
      'X-Amz-Signature',
    ].every((key) => query.has(key));
    if (!isWhole || method !== 'GET' || Number(query.get('X-Amz-Expires')) > 3_600)
      throw new Refusal('AccessDenied', 'signature', 403);
    const [, bucket, ...key] = path.split('/');
    const found = s3['GetObject']?.(
      { Bucket: bucket, Key: decodeURIComponent(key.join('/')) },
      state,
    );
    return { status: 200, headers: {}, body: found?.['Body'] as Buffer };
  } catch (error) {
    return errorReply(
      error instanceof Refusal ? error : new Refusal('InternalError', String(error), 500),
      's3',
    );
  }
}
