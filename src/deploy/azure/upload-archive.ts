import type { BlobServiceClient } from '@azure/storage-blob';
import type { Archive } from '../machine/archive.ts';
import { archiveContainer } from './azure-names.ts';
import { importAzure } from './azure-sdks.ts';
import type { AzureTools } from './tools.ts';
import { untilPermitted } from './until-permitted.ts';

export interface ArchiveUpload {
  readonly service: BlobServiceClient;
  readonly archive: Archive;
  readonly releaseId: string;
  readonly principalId: string;
}

/** A machine fetches its archive within minutes of its start. */
const GOOD_FOR_MS = 60 * 60_000;
/** Form of the signed address: the SDK's newest one is not known everywhere yet. */
const SAS_VERSION = '2024-11-04';
/** The clocks of Azure and this machine may differ. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Put the archive of a release into the private container, in place of the others.
 *
 * @returns an address to read it for an hour: signed with a key that stands for us and ends with
 * it (a user delegation SAS), as the account takes no keys of its own.
 */
export async function uploadArchive(
  tools: AzureTools,
  { service, archive, releaseId, principalId }: ArchiveUpload,
  signal: AbortSignal,
): Promise<string> {
  const { api, onEvent } = tools;
  const container = service.getContainerClient(archiveContainer);
  const name = `${releaseId}.tar.gz`;
  const blob = container.getBlockBlobClient(name);
  const upload = async (): Promise<void> => {
    await container.createIfNotExists({ abortSignal: signal });
    await blob.uploadFile(archive.file, {
      blobHTTPHeaders: { blobContentType: 'application/gzip' },
      metadata: { sha256: archive.sha256 },
      abortSignal: signal,
    });
    for await (const { name: other } of container.listBlobsFlat({ abortSignal: signal })) {
      if (other !== name) await container.deleteBlob(other, { abortSignal: signal });
    }
  };
  await untilPermitted(tools, principalId, { doing: 'upload the release', action: upload }, signal);
  onEvent({
    kind: 'archive.uploaded',
    text: `The release is uploaded: ${archive.bytes} bytes`,
    facts: { bytes: archive.bytes, sha256: archive.sha256 },
  });
  const now = api.clock.now();
  // oxlint-disable-next-line no-restricted-globals -- the SDK takes moments in this form
  const [startsOn, expiresOn] = [new Date(now - CLOCK_SKEW_MS), new Date(now + GOOD_FOR_MS)];
  const key = await untilPermitted(
    tools,
    principalId,
    {
      doing: 'sign an address of the release',
      action: async () =>
        await service.getUserDelegationKey(startsOn, expiresOn, { abortSignal: signal }),
    },
    signal,
  );
  const { BlobSASPermissions, generateBlobSASQueryParameters, SASProtocol } = await importAzure(
    async () => await import('@azure/storage-blob'),
  );
  const query = generateBlobSASQueryParameters(
    {
      containerName: archiveContainer,
      blobName: name,
      permissions: BlobSASPermissions.parse('r'),
      protocol: SASProtocol.Https,
      startsOn,
      expiresOn,
      version: SAS_VERSION,
    },
    key,
    service.accountName,
  );
  return `${blob.url}?${query.toString()}`;
}
