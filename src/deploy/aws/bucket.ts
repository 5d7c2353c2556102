import type { Aws } from './aws.ts';
import { describe } from './aws-error.ts';

/** Remove every object and every version of one; done also when there is no bucket. */
export async function emptyBucket(aws: Aws, bucket: string, signal: AbortSignal): Promise<void> {
  const { objects, account } = aws;
  for (;;) {
    // Always the first page: what it named is gone when it is asked for again.
    const page = await aws.tryCall(
      's3:ListBucketVersions',
      async (options) =>
        await objects.listObjectVersions({ Bucket: bucket, ExpectedBucketOwner: account }, options),
      isNoBucket,
      signal,
    );
    const found = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])];
    if (found.length === 0) return;
    await removeObjects(
      aws,
      bucket,
      found.map(({ Key, VersionId }) => ({ Key, VersionId })),
      signal,
    );
  }
}

interface ObjectName {
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
}

/** At most 1,000 at once, as a page of a list has. */
export async function removeObjects(
  { objects, account, call }: Aws,
  bucket: string,
  names: readonly ObjectName[],
  signal: AbortSignal,
): Promise<void> {
  const Objects = names.map(({ Key, VersionId }) => ({
    Key,
    ...(VersionId === undefined ? {} : { VersionId }),
  }));
  const isOfVersions = names.some(({ VersionId }) => VersionId !== undefined);
  await call(
    isOfVersions ? 's3:DeleteObjectVersion' : 's3:DeleteObject',
    async (options) => {
      const reply = await objects.deleteObjects(
        { Bucket: bucket, Delete: { Objects, Quiet: true }, ExpectedBucketOwner: account },
        options,
      );
      const [refused] = reply.Errors ?? [];
      // The request as a whole succeeds also where each object is refused.
      if (refused === undefined) return;
      throw Object.assign(new Error(refused.Message), { name: refused.Code ?? 'unknown' });
    },
    signal,
  );
}

/** Size in bytes of each object whose key begins so, by the rest of its key. */
export async function listObjects(
  { objects, account, call }: Aws,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  let next: string | undefined;
  do {
    const asked = next === undefined ? {} : { ContinuationToken: next };
    const page = await call(
      's3:ListBucket',
      async (options) =>
        await objects.listObjectsV2(
          { Bucket: bucket, Prefix: prefix, ExpectedBucketOwner: account, ...asked },
          options,
        ),
      signal,
    );
    for (const { Key = '', Size = 0 } of page.Contents ?? []) {
      found.set(Key.slice(prefix.length), Size);
    }
    next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (next !== undefined);
  return found;
}

/** Whether a bucket of this account has the name. */
export async function bucketExists(
  { objects, account, tryCall }: Aws,
  bucket: string,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await tryCall(
    's3:ListBucket',
    async (options) =>
      await objects.headBucket({ Bucket: bucket, ExpectedBucketOwner: account }, options),
    // 403: somebody else's, which has nothing of ours.
    (error) => isNoBucket(error) || [301, 403].includes(describe(error).status ?? 0),
    signal,
  );
  return found !== undefined;
}

function isNoBucket(error: unknown): boolean {
  const { name, status } = describe(error);
  return name === 'NoSuchBucket' || (name === 'NotFound' && status === 404);
}
