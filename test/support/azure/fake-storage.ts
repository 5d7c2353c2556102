import {
  BlobServiceClient,
  type ContainerClient,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { ArmError, type Provider } from './arm-state.ts';
import { accountKey } from './azurite.ts';
import { type Door, openDoor } from './loopback-door.ts';

export interface FakeStorage extends AsyncDisposable {
  readonly provider: Provider;
  /** Accounts that are there. */
  readonly accounts: ReadonlySet<string>;
  /** Names that belong to somebody else. */
  readonly taken: Set<string>;
  container(account: string, name: string): ContainerClient;
}

/**
 * Storage accounts: blobs in Azurite, and the web address of each, which Azurite does not have:
 * files of `$web` with their index and 404 documents, once the website is switched on.
 */
export function fakeStorage(azuriteUrl: string, blobUrl: () => string): FakeStorage {
  const doors = new Map<string, Door>();
  const accounts = new Set<string>();
  const taken = new Set<string>();
  const service = (account: string): BlobServiceClient =>
    new BlobServiceClient(
      `${azuriteUrl}/${account}`,
      new StorageSharedKeyCredential(account, accountKey),
      { retryOptions: { maxTries: 1 } },
    );
  const provider: Provider = {
    type: 'Microsoft.Storage/storageAccounts',
    async create({ name }) {
      if (taken.has(name)) {
        const message = `The storage account named ${name} is already taken.`;
        throw new ArmError(409, 'StorageAccountAlreadyTaken', message);
      }
      const door = doors.get(name) ?? (await openWeb(service(name), () => accounts.has(name)));
      // The same account has the same address, also when it is made anew.
      doors.set(name, door);
      accounts.add(name);
      return {
        primaryEndpoints: { blob: `${blobUrl()}/${name}/`, web: `http://${door.host}/` },
      };
    },
    async remove({ name }) {
      accounts.delete(name);
      const client = service(name);
      for await (const { name: container } of client.listContainers()) {
        await client.deleteContainer(container);
      }
      await client.setProperties({ staticWebsite: { enabled: false } });
    },
  };
  return {
    provider,
    accounts,
    taken,
    container: (account, name) => service(account).getContainerClient(name),
    async [Symbol.asyncDispose]() {
      for (const door of doors.values()) await door[Symbol.asyncDispose]();
    },
  };
}

async function openWeb(service: BlobServiceClient, isThere: () => boolean): Promise<Door> {
  const container = service.getContainerClient('$web');
  const find = async (
    path: string,
  ): Promise<{ body: Buffer; type: string; cache: string } | undefined> => {
    try {
      const blob = container.getBlobClient(path);
      const { contentType: type = '', cacheControl: cache = '' } = await blob.getProperties();
      return { body: await blob.downloadToBuffer(), type, cache };
    } catch {
      return undefined;
    }
  };
  return await openDoor(async (request, response) => {
    if (!isThere()) {
      response.destroy();
      return;
    }
    const { staticWebsite } = await service.getProperties();
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    const path = decodeURIComponent(pathname).slice(1);
    const { enabled = false, indexDocument = '', errorDocument404Path = '' } = staticWebsite ?? {};
    if (!enabled) {
      response
        .writeHead(404, { 'content-type': 'text/html' })
        .end('The requested content does not exist.');
      return;
    }
    // An index document is served of every directory, with a slash at its end or without.
    const wanted =
      path === '' || path.endsWith('/')
        ? [`${path}${indexDocument}`]
        : [path, `${path}/${indexDocument}`];
    for (const one of wanted) {
      const found = await find(one);
      if (found === undefined) continue;
      response.writeHead(200, { 'content-type': found.type, 'cache-control': found.cache });
      response.end(request.method === 'HEAD' ? undefined : found.body);
      return;
    }
    const missing = errorDocument404Path === '' ? undefined : await find(errorDocument404Path);
    response.writeHead(404, { 'content-type': missing?.type ?? 'text/html' });
    response.end(missing?.body ?? 'The requested content does not exist.');
  });
}
