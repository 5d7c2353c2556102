import { join } from 'node:path';
import { z } from 'zod';
import type { OnDeployEvent } from '../deployer.ts';
import { each } from '../each.ts';
import { contentType } from '../local/content-types.ts';
import type { Release, ReleaseFile } from '../release.ts';
import type { Aws } from './aws.ts';
import { describe } from './aws-error.ts';
import { listObjects, removeObjects } from './bucket.ts';
import { putFile } from './put-file.ts';

/** A bucket that serves a site: `releases/<id>/` has its files, `manifests/<id>.json` lists them. */
export interface SiteBucket {
  readonly aws: Aws;
  readonly bucket: string;
}

const AT_ONCE = 16;
/** Browsers ask each time, CloudFront does not: a switch tells it to forget all it has. */
const CACHE_CONTROL = 'public, max-age=0, s-maxage=31536000, must-revalidate';

/**
 * Bring a release into the bucket. Nothing is sent that is there: neither what an earlier try sent,
 * nor what the live release has, which S3 copies. An object is there whole or not at all, and a
 * release's id comes from its content, so the right size in the right place is the right object.
 * The manifest is written last: a release with one is whole.
 */
export async function uploadRelease(
  site: SiteBucket,
  release: Release,
  live: StoredRelease | undefined,
  tools: { readonly onEvent: OnDeployEvent; readonly signal: AbortSignal },
): Promise<void> {
  const { aws, bucket } = site;
  const { onEvent, signal } = tools;
  const there = await listObjects(aws, bucket, `releases/${release.id}/`, signal);
  const missing = release.files.filter(({ path, bytes }) => there.get(path) !== bytes);
  const before = new Map(live?.files.map(({ path, digest }) => [path, digest]));
  let uploaded = 0;
  let copied = 0;
  await each(missing, AT_ONCE, async (file) => {
    signal.throwIfAborted();
    const isSame = live !== undefined && before.get(file.path) === file.digest;
    if (isSame && (await copy(site, live.id, { release, file }, signal))) copied += 1;
    else {
      await put(site, { release, file }, signal);
      uploaded += 1;
    }
  });
  await putManifest(site, release, signal);
  const kept = release.files.length - missing.length;
  onEvent({
    kind: 'files.uploaded',
    text: `${uploaded} files sent, ${copied} copied inside the bucket, ${kept} were there`,
    facts: { uploaded, copied, kept, releaseId: release.id },
  });
}

interface FileOf {
  readonly release: Release;
  readonly file: ReleaseFile;
}

async function put(
  { aws, bucket }: SiteBucket,
  { release, file }: FileOf,
  signal: AbortSignal,
): Promise<void> {
  const { path, bytes, digest } = file;
  const put = {
    bucket,
    key: `releases/${release.id}/${path}`,
    file: join(release.dir, path),
    bytes,
    sha256: digest,
    contentType: contentType(path),
    cacheControl: CACHE_CONTROL,
  };
  await putFile(aws, put, signal);
}

/** False: it is not where it should be, and has to be sent. */
async function copy(
  { aws, bucket }: SiteBucket,
  from: string,
  { release, file }: FileOf,
  signal: AbortSignal,
): Promise<boolean> {
  const source = `${bucket}/releases/${from}/${file.path}`;
  const copied = await aws.tryCall(
    's3:PutObject',
    async (options) =>
      await aws.objects.copyObject(
        {
          Bucket: bucket,
          Key: `releases/${release.id}/${file.path}`,
          CopySource: source.split('/').map(encodeURIComponent).join('/'),
          ExpectedBucketOwner: aws.account,
          ExpectedSourceBucketOwner: aws.account,
        },
        options,
      ),
    (error) => describe(error).name === 'NoSuchKey',
    signal,
  );
  return copied !== undefined;
}

const manifest = z.object({
  files: z.array(
    z.object({
      path: z.string(),
      bytes: z.int(),
      digest: z.string(),
      is_executable: z.boolean(),
    }),
  ),
});

/** What the bucket has of a release that is whole there. */
export interface StoredRelease {
  readonly id: string;
  readonly files: readonly ReleaseFile[];
}

/** Tell the bucket that it has the whole release. */
export async function putManifest(
  { aws, bucket }: SiteBucket,
  release: Release,
  signal: AbortSignal,
): Promise<void> {
  const files = release.files.map(({ path, bytes, digest, isExecutable }) => ({
    path,
    bytes,
    digest,
    is_executable: isExecutable,
  }));
  const said: z.input<typeof manifest> = { files };
  await aws.call(
    's3:PutObject',
    async (options) =>
      await aws.objects.putObject(
        {
          Bucket: bucket,
          Key: `manifests/${release.id}.json`,
          Body: JSON.stringify(said),
          ContentType: 'application/json',
          ExpectedBucketOwner: aws.account,
        },
        options,
      ),
    signal,
  );
}

/** Undefined: the bucket does not have the whole release. */
export async function findStored(
  { aws, bucket }: SiteBucket,
  id: string,
  signal: AbortSignal,
): Promise<StoredRelease | undefined> {
  const text = await aws.tryCall(
    's3:GetObject',
    async (options) => {
      const { Body } = await aws.objects.getObject(
        { Bucket: bucket, Key: `manifests/${id}.json`, ExpectedBucketOwner: aws.account },
        options,
      );
      return await Body?.transformToString('utf8');
    },
    (error) => ['NoSuchKey', 'NoSuchBucket'].includes(describe(error).name),
    signal,
  );
  if (text === undefined) return undefined;
  const files = manifest.parse(JSON.parse(text)).files.map((file) => ({
    path: file.path,
    bytes: file.bytes,
    digest: file.digest,
    isExecutable: file.is_executable,
  }));
  return { id, files };
}

/** Remove the releases that are neither of these; a roll back to one sends it again. */
export async function pruneReleases(
  { aws, bucket }: SiteBucket,
  keep: readonly (string | undefined)[],
  signal: AbortSignal,
): Promise<void> {
  const manifests = await listObjects(aws, bucket, 'manifests/', signal);
  for (const name of manifests.keys()) {
    const id = name.replace(/\.json$/, '');
    if (keep.includes(id)) continue;
    // The manifest first: without it nobody takes what is left for a whole release.
    await removeObjects(aws, bucket, [{ Key: `manifests/${name}` }], signal);
    const prefix = `releases/${id}/`;
    const paths = [...(await listObjects(aws, bucket, prefix, signal)).keys()];
    for (let at = 0; at < paths.length; at += 1_000) {
      const page = paths.slice(at, at + 1_000).map((path) => ({ Key: prefix + path }));
      await removeObjects(aws, bucket, page, signal);
    }
  }
}
