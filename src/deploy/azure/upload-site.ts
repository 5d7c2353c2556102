import { join } from 'node:path';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { each } from '../each.ts';
import { contentType } from '../local/content-types.ts';
import type { ChangeOf, Release, ReleaseFile } from '../release.ts';
import { retrying } from './retry.ts';
import type { AzureTools } from './tools.ts';
import { untilPermitted } from './until-permitted.ts';

/** What the storage account serves as a site. */
const CONTAINER = '$web';
const INDEX = 'index.html';
const NOT_FOUND = '404.html';
/** Metadata of a blob: the digest of what is in it. */
const DIGEST = 'sha256';
const AT_ONCE = 8;

export interface Upload {
  readonly service: BlobServiceClient;
  readonly release: Release;
  readonly principalId: string;
}

/**
 * Make `$web` the files of a release: what changed is uploaded, pages last, as they name the rest;
 * what is no more is deleted after that. There is no switch of all at once: for some seconds a
 * visitor may get an old page with new files.
 *
 * Done again after a crash it goes on where it was: each blob tells its digest.
 */
export async function uploadSite(
  tools: AzureTools,
  { service, release, principalId }: Upload,
  signal: AbortSignal,
): Promise<ChangeOf> {
  const { onEvent } = tools;
  const container = service.getContainerClient(CONTAINER);
  await switchWebsiteOn(tools, { service, release, principalId }, signal);
  const before = await untilPermitted(
    tools,
    principalId,
    { doing: 'list the files', action: async () => await listDigests(container, signal) },
    signal,
  );
  const wanted = new Map(release.files.map((file) => [file.path, file]));
  const differing = release.files.filter(({ path, digest }) => before.get(path) !== digest);
  for (const files of [differing.filter((one) => !isPage(one)), differing.filter(isPage)]) {
    await each(files, AT_ONCE, async (file) => {
      await uploadFile(tools, container, { file, dir: release.dir }, signal);
    });
  }
  const surplus = [...before.keys()].filter((path) => !wanted.has(path));
  await each(surplus, AT_ONCE, async (path) => {
    await ask(tools, `delete ${path}`, signal, async () => {
      await container.getBlockBlobClient(path).deleteIfExists({ abortSignal: signal });
    });
  });
  const added = differing.filter(({ path }) => !before.has(path)).length;
  const change = { added, changed: differing.length - added, removed: surplus.length };
  onEvent({
    kind: 'files.uploaded',
    text: `${differing.length} files uploaded, ${surplus.length} deleted`,
    facts: { ...change },
  });
  return change;
}

function isPage({ path }: Pick<ReleaseFile, 'path'>): boolean {
  return path.endsWith('.html');
}

async function switchWebsiteOn(
  tools: AzureTools,
  { service, release, principalId }: Upload,
  signal: AbortSignal,
): Promise<void> {
  const has404 = release.files.some(({ path }) => path === NOT_FOUND);
  const staticWebsite = {
    enabled: true,
    indexDocument: INDEX,
    ...(has404 ? { errorDocument404Path: NOT_FOUND } : {}),
  };
  const action = async (): Promise<void> => {
    const { staticWebsite: is } = await service.getProperties({ abortSignal: signal });
    const isSame =
      is?.enabled === true &&
      is.indexDocument === INDEX &&
      (is.errorDocument404Path ?? '') === (has404 ? NOT_FOUND : '');
    if (!isSame) await service.setProperties({ staticWebsite }, { abortSignal: signal });
    // Azure makes it with the switch; whoever was killed between the two may find it missing.
    await service.getContainerClient(CONTAINER).createIfNotExists({ abortSignal: signal });
  };
  await untilPermitted(tools, principalId, { doing: 'switch the website on', action }, signal);
}

async function listDigests(
  container: ContainerClient,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  const blobs = container.listBlobsFlat({ includeMetadata: true, abortSignal: signal });
  for await (const { name, metadata } of blobs) digests.set(name, metadata?.[DIGEST] ?? '');
  return digests;
}

async function uploadFile(
  tools: AzureTools,
  container: ContainerClient,
  { file, dir }: { readonly file: ReleaseFile; readonly dir: string },
  signal: AbortSignal,
): Promise<void> {
  const { path, digest } = file;
  const blob = container.getBlockBlobClient(path);
  await ask(tools, `upload ${path}`, signal, async () => {
    await blob.uploadFile(join(dir, path), {
      blobHTTPHeaders: {
        blobContentType: contentType(path),
        // Files keep their names when they change, so nobody may keep them long.
        blobCacheControl: isPage(file) ? 'no-cache' : 'public, max-age=300',
      },
      metadata: { [DIGEST]: digest },
      abortSignal: signal,
    });
  });
}

async function ask(
  { api: { clock, pollMs } }: AzureTools,
  doing: string,
  signal: AbortSignal,
  action: () => Promise<void>,
): Promise<void> {
  await retrying(doing, action, { clock, pauseMs: pollMs / 3 }, signal);
}
