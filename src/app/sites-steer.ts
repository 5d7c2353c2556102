import type * as view from '../contract/index.ts';
import {
  markDestroying,
  queueExecution,
  requestCancel,
  steerStep,
  type StepWish,
} from '../pipeline/index.ts';
import type { SitesContext } from './sites-context.ts';
import { getExecution, readSiteView, sessionIdOf, viewOf } from './sites-list.ts';

/** Ask for the end of an execution; a runner stops it. */
export async function cancel(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<view.ExecutionView> {
  const { store, clock } = ctx.app;
  const { id } = await getExecution(ctx, reference, signal);
  const execution = await store.write(
    async (sql) => await requestCancel(sql, id, clock.now()),
    signal,
  );
  return await viewOf(ctx, execution, signal);
}

/** Retry a step, skip it, or begin again from it. */
export async function steer(
  ctx: SitesContext,
  {
    reference,
    step,
    wish,
  }: { readonly reference: string; readonly step: view.SiteStepName; readonly wish: StepWish },
  signal: AbortSignal,
): Promise<view.ExecutionView> {
  const { store, clock } = ctx.app;
  const { id } = await getExecution(ctx, reference, signal);
  const steering = { id, step, wish, now: clock.now() };
  const execution = await store.write(async (sql) => await steerStep(sql, steering), signal);
  return await viewOf(ctx, execution, signal);
}

/** Publish a site's source once what its agent was asked before is done. */
export async function redeploy(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<view.ExecutionView> {
  return await queue(ctx, reference, { kind: 'redeploy' }, signal);
}

/** Publish a release again that was live before. */
export async function rollback(
  ctx: SitesContext,
  reference: string,
  releaseId: string,
  signal: AbortSignal,
): Promise<view.ExecutionView> {
  return await queue(ctx, reference, { kind: 'rollback', releaseId }, signal);
}

/** Mark a site to be destroyed; a runner does it. */
export async function destroy(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<view.SiteView> {
  const { store, clock } = ctx.app;
  const sessionId = await sessionIdOf(ctx, reference, signal);
  const wish = { sessionId, reason: 'asked', now: clock.now() } as const;
  await store.write(async (sql) => await markDestroying(sql, wish), signal);
  return await readSiteView(ctx, sessionId, signal);
}

async function queue(
  ctx: SitesContext,
  reference: string,
  wish: { readonly kind: 'redeploy' | 'rollback'; readonly releaseId?: string },
  signal: AbortSignal,
): Promise<view.ExecutionView> {
  const { store, clock, ids } = ctx.app;
  const sessionId = await sessionIdOf(ctx, reference, signal);
  const queued = { sessionId, now: clock.now(), ...wish };
  const execution = await store.write(
    async (sql) => await queueExecution(sql, queued, ids),
    signal,
  );
  return await viewOf(ctx, execution, signal);
}
