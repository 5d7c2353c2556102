import { buffer } from 'node:stream/consumers';
import { request as askPlain, type IncomingMessage } from 'node:http';
import { ArmError, type ArmResource, type Provider } from './arm-state.ts';
import type { Certificate } from './certificate.ts';
import { type Door, openDoor } from './loopback-door.ts';

export interface FakeFrontDoor extends AsyncDisposable {
  readonly providers: readonly Provider[];
  /** Forget what an endpoint kept. */
  readonly purge: (endpointId: string) => void;
}

interface Kept {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Endpoints of Front Door: TLS, a cache that holds until it is purged, and what may be deleted. */
export function fakeFrontDoor(
  all: () => readonly ArmResource[],
  certificate: Certificate,
): FakeFrontDoor {
  const doors = new Map<string, Door>();
  const caches = new Map<string, Map<string, Kept>>();
  const below = (id: string, type: string): ArmResource | undefined =>
    all().find((one) => one.type === type && one.id.startsWith(`${id}/`));
  const endpoint: Provider = {
    type: 'Microsoft.Cdn/profiles/afdEndpoints',
    async create({ id }) {
      const open = async (): Promise<Door> =>
        await openDoor(async (request, response) => {
          const route = below(id, 'Microsoft.Cdn/profiles/afdEndpoints/routes');
          const group: string = route?.properties['originGroup'].id ?? 'none';
          const origin = below(group, 'Microsoft.Cdn/profiles/originGroups/origins');
          if (route === undefined || origin === undefined) {
            response.writeHead(404).end('no route');
            return;
          }
          const keeps = route.properties['cacheConfiguration'] !== undefined;
          const cache = caches.get(id) ?? new Map<string, Kept>();
          caches.set(id, cache);
          const path = request.url ?? '/';
          const found =
            (keeps ? cache.get(path) : undefined) ??
            (await ask(origin.properties['hostName'], path));
          if (keeps) cache.set(path, found);
          response.writeHead(found.status, { 'content-type': found.type }).end(found.body);
        }, certificate);
      const door = doors.get(id) ?? (await open());
      doors.set(id, door);
      return { hostName: door.host };
    },
    async remove({ id }) {
      await doors.get(id)?.[Symbol.asyncDispose]();
      doors.delete(id);
      caches.delete(id);
    },
  };
  const originGroup: Provider = {
    type: 'Microsoft.Cdn/profiles/originGroups',
    create: async () => await Promise.resolve({}),
    async remove({ id, type }) {
      const user = all().find((one) => one.properties['originGroup']?.id === id);
      if (user !== undefined) throw new ArmError(409, 'Conflict', `${type} is used by ${user.id}.`);
      return await Promise.resolve();
    },
  };
  const route: Provider = {
    type: 'Microsoft.Cdn/profiles/afdEndpoints/routes',
    async create({ properties }) {
      const origin = below(
        properties['originGroup'].id,
        'Microsoft.Cdn/profiles/originGroups/origins',
      );
      if (origin === undefined)
        throw new ArmError(400, 'BadRequest', 'The origin group has no origin.');
      return await Promise.resolve({});
    },
  };
  return {
    providers: [endpoint, originGroup, route],
    purge(id) {
      caches.get(id)?.clear();
    },
    async [Symbol.asyncDispose]() {
      for (const door of doors.values()) await door[Symbol.asyncDispose]();
    },
  };
}

async function ask(host: string, path: string): Promise<Kept> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  askPlain(`http://${host}${path}`, { agent: false })
    .on('response', resolve)
    .on('error', reject)
    .end();
  const response = await promise;
  return {
    status: response.statusCode ?? 502,
    type: response.headers['content-type'] ?? 'text/plain',
    body: await buffer(response),
  };
}
