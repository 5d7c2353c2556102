import { createHash } from 'node:crypto';
import { account, makeObject, type State, type StoredObject } from './state.ts';
import { type Input, Refusal, textOf } from './wire.ts';

type Handler = (input: Input, state: State) => Input;

/** The operations of S3 that we use, on objects in memory. */
export const s3: Readonly<Record<string, Handler>> = {
  HeadBucket(input, state) {
    owned(input);
    // An answer to HEAD has no body, so the client sees the status alone.
    if (!state.buckets.has(String(input['Bucket'])) && !state.taken.has(String(input['Bucket'])))
      throw new Refusal('NotFound', 'Not Found', 404);
    state.bucket(input['Bucket']);
    return {};
  },
  PutObject(input, state) {
    owned(input);
    const body = Buffer.isBuffer(input['Body']) ? input['Body'] : Buffer.alloc(0);
    const claimed = input['ChecksumSHA256'];
    if (claimed !== undefined && claimed !== createHash('sha256').update(body).digest('base64'))
      throw new Refusal('BadDigest', 'The SHA256 you specified did not match what we received.');
    const object = makeObject(
      body,
      typeof input['ContentType'] === 'string' ? input['ContentType'] : undefined,
      typeof input['CacheControl'] === 'string' ? input['CacheControl'] : undefined,
    );
    state.bucket(input['Bucket']).objects.set(String(input['Key']), object);
    return { ETag: object.etag };
  },
  CopyObject(input, state) {
    owned(input);
    const source = decodeURIComponent(String(input['CopySource'])).replace(/^\//, '');
    const at = source.indexOf('/');
    const found = get(state, source.slice(0, at), source.slice(at + 1));
    state.bucket(input['Bucket']).objects.set(String(input['Key']), found);
    return { CopyObjectResult: { ETag: found.etag, LastModified: new Date() } };
  },
  GetObject(input, state) {
    owned(input);
    const found = get(state, String(input['Bucket']), String(input['Key']));
    return {
      Body: found.body,
      ContentType: found.contentType,
      ContentLength: found.body.length,
      ETag: found.etag,
    };
  },
  ListObjectsV2(input, state) {
    owned(input);
    const prefix = textOf(input['Prefix']);
    const keys = [...state.bucket(input['Bucket']).objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .toSorted();
    const from = Number(input['ContinuationToken'] ?? 0);
    const page = keys.slice(from, from + 1_000);
    const isTruncated = from + 1_000 < keys.length;
    const bucket = state.bucket(input['Bucket']);
    return {
      Name: bucket.name,
      Prefix: prefix,
      KeyCount: page.length,
      MaxKeys: 1_000,
      IsTruncated: isTruncated,
      ...(isTruncated ? { NextContinuationToken: String(from + 1_000) } : {}),
      Contents: page.map((Key) => {
        const { body, etag, modified } = get(state, bucket.name, Key);
        return { Key, Size: body.length, ETag: etag, LastModified: modified };
      }),
    };
  },
  ListObjectVersions(input, state) {
    owned(input);
    const bucket = state.bucket(input['Bucket']);
    const keys = [...bucket.objects.keys()];
    return {
      Name: bucket.name,
      IsTruncated: keys.length > 1_000,
      Versions: keys.slice(0, 1_000).map((Key) => ({ Key, VersionId: 'null', IsLatest: true })),
    };
  },
  DeleteObjects(input, state) {
    owned(input);
    const { Objects } = input['Delete'] as {
      readonly Objects: readonly { readonly Key: string }[];
    };
    if (Objects.length > 1_000) throw new Refusal('MalformedXML', 'more than 1,000 keys');
    for (const { Key } of Objects) state.bucket(input['Bucket']).objects.delete(Key);
    return {};
  },
};

function get(state: State, bucket: string, key: string): StoredObject {
  const found = state.bucket(bucket).objects.get(key);
  if (found === undefined) {
    throw new Refusal('NoSuchKey', 'The specified key does not exist.', 404);
  }
  return found;
}

function owned(input: Input): void {
  const owner = input['ExpectedBucketOwner'];
  if (owner !== undefined && owner !== account) throw new Refusal('AccessDenied', 'owner', 403);
}
