import type { OnDeployEvent } from '../deployer.ts';
import type { Aws } from './aws.ts';

export interface Invalidation {
  readonly aws: Aws;
  readonly distributionId: string;
  readonly onEvent: OnDeployEvent;
}

const POLL_MS = 5_000;
/** It takes seconds to minutes; what is not done by then goes on without us. */
const LIMIT_MS = 15 * 60_000;

/** Have CloudFront forget all it has of a site, and wait until it did so everywhere. */
export async function invalidate(
  { aws, distributionId, onEvent }: Invalidation,
  signal: AbortSignal,
): Promise<void> {
  const { cdn, call, clock } = aws;
  // Another one each time: the same reference would be the same invalidation, long done.
  const reference = `tmux-builder-${clock.now()}`;
  const made = await call(
    'cloudfront:CreateInvalidation',
    async (options) =>
      await cdn.createInvalidation(
        {
          DistributionId: distributionId,
          InvalidationBatch: {
            CallerReference: reference,
            Paths: { Quantity: 1, Items: ['/*'] },
          },
        },
        options,
      ),
    signal,
  );
  const id = made.Invalidation?.Id ?? '';
  let status = made.Invalidation?.Status;
  const endsAt = clock.monotonic() + LIMIT_MS;
  while (status !== 'Completed') {
    if (clock.monotonic() >= endsAt) {
      const text = 'CloudFront still shows old pages in some places; it goes on by itself';
      onEvent({ kind: 'cdn.slow', text, facts: { distributionId, id } });
      return;
    }
    await clock.after(POLL_MS, signal);
    const found = await call(
      'cloudfront:GetInvalidation',
      async (options) =>
        await cdn.getInvalidation({ DistributionId: distributionId, Id: id }, options),
      signal,
    );
    status = found.Invalidation?.Status;
  }
  onEvent({ kind: 'cdn.invalidated', text: 'CloudFront shows the new release everywhere' });
}
