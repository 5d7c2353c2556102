import { mkdtemp } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { Mutex } from '../../../src/base/index.ts';
import type { DeploySettings } from '../../../src/deploy/index.ts';
import { ArmEngine } from './arm-engine.ts';
import { answerArm } from './arm-server.ts';
import { ArmError, type ArmResource } from './arm-state.ts';
import { openAzurite } from './azurite.ts';
import { makeCertificate } from './certificate.ts';
import { fakeFrontDoor } from './fake-front-door.ts';
import { fakeMachines } from './fake-machines.ts';
import { fakeStorage, type FakeStorage } from './fake-storage.ts';
import { openDoor, passOn } from './loopback-door.ts';

/** Makes the next requests that match go wrong. */
export interface WireFault {
  /** Against `METHOD /path`. */
  readonly match: RegExp;
  /** How often; each time counts down. */
  times: number;
  readonly answer:
    | 'reset'
    | { status: number; code: string; message?: string; retryAfterS?: number };
}

export interface FakeAzure extends AsyncDisposable {
  readonly url: string;
  readonly subscription: string;
  readonly token: string;
  readonly arm: ArmEngine;
  readonly storage: FakeStorage;
  readonly wireFaults: WireFault[];
  /** `METHOD /path` of every request, blobs included. */
  readonly requests: string[];
  readonly userData: readonly string[];
  readonly machines: ReadonlyMap<string, ChildProcess>;
  /** What a deployer needs to reach it. */
  readonly settings: Pick<DeploySettings, 'azureSubscription' | 'azureResourceManager' | 'azure'>;
  /** Called before each request is answered. */
  onRequest: ((line: string) => void) | undefined;
}

const OBJECT_ID = '11059fcc-5514-4800-b5f8-49808b9cfab6';

/** Azure on loopback: Resource Manager, blobs, websites, machines and Front Door, for these accounts. */
export async function openFakeAzure(accounts: readonly string[]): Promise<FakeAzure> {
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'azure-'));
  const certificate = await makeCertificate(directory);
  const azurite = stack.use(await openAzurite(accounts, certificate, directory));
  const subscription = '00000000-0000-4000-8000-000000000001';
  const token = tokenOf(OBJECT_ID);
  const wireFaults: WireFault[] = [];
  // A request whose caller gave up is still answered, and must not undo what the next one does.
  const oneByOne = new Mutex();
  const requests: string[] = [];
  const storage = stack.use(fakeStorage(azurite.url, () => `https://${door.host}`));
  const all = (): readonly ArmResource[] =>
    [...arm.groups.values()].flatMap(({ resources }) => [...resources.values()]);
  const machines = stack.use(fakeMachines(directory, (id) => arm.findResource(id)));
  const front = stack.use(fakeFrontDoor(all, certificate));
  const arm = new ArmEngine(subscription, [
    storage.provider,
    ...machines.providers,
    ...front.providers,
  ]);
  const fake = { onRequest: undefined as FakeAzure['onRequest'] };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = ''] = (request.url ?? '/').split('?');
    const line = `${request.method} ${path}`;
    requests.push(line);
    fake.onRequest?.(line);
    const fault = wireFaults.find(({ match, times }) => times > 0 && match.test(line));
    if (fault !== undefined) {
      fault.times -= 1;
      refuse(response, fault.answer);
      return;
    }
    const account = path.split('/')[1] ?? '';
    if (account !== 'subscriptions') {
      if (!storage.accounts.has(account)) return void response.destroy();
      await passOn(request, response, { origin: azurite.url, trusted: certificate });
      return;
    }
    if (request.headers.authorization !== `Bearer ${token}`) {
      refuse(response, { status: 401, code: 'InvalidAuthenticationToken' });
      return;
    }
    try {
      const { status, body, headers } = await oneByOne.run(
        async () => await answerArm(arm, { subscription, purge: front.purge }, request),
      );
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      response.writeHead(error.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(error.body));
    }
  };
  const door = stack.use(await openDoor(serve, certificate));
  const open = stack.move();
  const url = `https://${door.host}`;
  return Object.assign(fake, {
    url,
    subscription,
    token,
    arm,
    storage,
    wireFaults,
    requests,
    userData: machines.userData,
    machines: machines.running,
    settings: {
      azureSubscription: subscription,
      azureResourceManager: url,
      azure: {
        credential: {
          getToken: async () =>
            await Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3.6e6 }),
        },
        pollMs: 3,
        serveLimitMs: 60_000,
      },
    },
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  });
}

function refuse(response: ServerResponse, answer: WireFault['answer']): void {
  if (answer === 'reset') return void response.socket?.resetAndDestroy();
  const { status, code, message = code, retryAfterS } = answer;
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-ms-error-code': code,
    ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
  });
  response.end(JSON.stringify({ error: { code, message } }));
}

/** As Entra makes them, but for the signature, which nobody here checks. */
function tokenOf(oid: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: 'https://storage.azure.com',
    iss: 'https://sts.windows.net/00000000-0000-4000-8000-000000000002/',
    iat: now - 60,
    nbf: now - 60,
    exp: now + 86_400,
    oid,
    tid: '00000000-0000-4000-8000-000000000002',
  };
  return `${part({ alg: 'none' })}.${part(claims)}.c2VjcmV0LXNpZ25hdHVyZQ`;
}
