import { createReadStream } from 'node:fs';
import type { Aws } from './aws.ts';

export interface FileToPut {
  readonly bucket: string;
  readonly key: string;
  /** Absolute path. */
  readonly file: string;
  readonly bytes: number;
  /** As 64 hexadecimal digits; S3 refuses what arrives otherwise. */
  readonly sha256: string;
  readonly contentType: string;
  readonly cacheControl?: string;
}

/** Send a file to a bucket of ours; it is there whole or not at all. */
export async function putFile(aws: Aws, put: FileToPut, signal: AbortSignal): Promise<void> {
  const { bucket, key, file, bytes, sha256, contentType, cacheControl } = put;
  await aws.call(
    's3:PutObject',
    async (options) => {
      // A stream of its own for each try; the SDK leaves one open that it did not read.
      const body = createReadStream(file);
      try {
        await aws.objects.putObject(
          {
            Bucket: bucket,
            Key: key,
            Body: body,
            ContentLength: bytes,
            ContentType: contentType,
            ...(cacheControl === undefined ? {} : { CacheControl: cacheControl }),
            ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
            ExpectedBucketOwner: aws.account,
          },
          options,
        );
      } finally {
        body.destroy();
      }
    },
    signal,
  );
}
