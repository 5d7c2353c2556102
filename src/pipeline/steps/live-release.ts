import { z } from 'zod';
import type { OwnContext } from '../tools.ts';

const deployedShape = z.object({ url: z.string(), release_id: z.string() });

/** What the step `deploy` put on the web. @throws {CodedError} `site.no-result`. */
export async function liveRelease(
  ctx: Pick<OwnContext, 'resultOf'>,
): Promise<{ readonly url: string; readonly releaseId: string }> {
  const { url, release_id: releaseId } = await ctx.resultOf('deploy', deployedShape);
  return { url, releaseId };
}
