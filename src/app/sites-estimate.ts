import { CodedError } from '../base/index.ts';
import type * as view from '../contract/index.ts';
import type { DeploymentPlan, SiteSpec } from '../deploy/index.ts';
import { completeSpec, monthlyUsdOf } from '../pipeline/index.ts';
import type { NewSite } from './site-use-cases.ts';
import type { SitesContext } from './sites-context.ts';

export type SitePlace = Pick<
  NewSite,
  'provider' | 'type' | 'region' | 'size' | 'front_door' | 'userId'
>;

/** What a site would consist of, and cost; makes nothing. */
export async function estimateSite(
  ctx: SitesContext,
  wish: SitePlace,
  signal: AbortSignal,
): Promise<view.SiteEstimateView> {
  const { config, store } = ctx.app;
  const { spec, resources, estimate } = await planOf(ctx, placeOf(ctx, wish));
  const userId = wish.userId ?? config.userId;
  const before = await store.read(async (sql) => await monthlyUsdOf(sql, userId), signal);
  return {
    provider: spec.provider,
    type: spec.type,
    region: spec.region ?? null,
    size: spec.size ?? null,
    resources: resources.map(({ type, name }) => ({ type, name })),
    cost: {
      monthly_usd: estimate.monthlyUsd,
      lines: estimate.lines.map(({ what, monthlyUsd, basis }) => ({
        what,
        monthly_usd: monthlyUsd,
        basis,
      })),
      note: estimate.note,
    },
    user_limit_usd: config.siteUserMonthlyUsd,
    user_monthly_usd: before,
    must_be_confirmed: estimate.monthlyUsd > config.siteConfirmUsd,
  };
}

type Place = Omit<SiteSpec, 'userGuid' | 'sessionId' | 'run'>;

/**
 * Where a site goes. Its region is kept with it: what is configured later must not make us look for
 * it elsewhere.
 */
export function placeOf(
  { app: { config, clock } }: SitesContext,
  wish: SitePlace & Pick<NewSite, 'time_to_live_h'>,
): Place {
  const provider = wish.provider ?? config.siteProvider;
  const regions = { local: undefined, aws: config.awsRegion, azure: config.azureLocation };
  const hours = wish.time_to_live_h ?? config.siteTimeToLiveH;
  return {
    provider,
    type: wish.type ?? 'static',
    region: wish.region ?? regions[provider],
    size: wish.size,
    frontDoor: wish.front_door,
    expiresAt: hours === undefined ? undefined : clock.now() + Math.round(hours * 3_600_000),
  };
}

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** The plan of a site that is not there yet; its names are not those that it will get. */
export async function planOf(ctx: SitesContext, place: Place): Promise<DeploymentPlan> {
  const deployer = await ctx.deployer(place.provider);
  return deployer.plan(completeSpec({ ...place, userGuid: NOBODY, sessionId: 'ses_estimate' }));
}

/** @throws {CodedError} `site.not-confirmed`: it costs more than nobody has to confirm. */
export function requireConfirmed(
  { app: { config } }: SitesContext,
  monthlyUsd: number,
  confirmed: number | undefined,
): void {
  if (monthlyUsd <= config.siteConfirmUsd || (confirmed ?? 0) >= monthlyUsd) return;
  throw new CodedError(
    'site.not-confirmed',
    `This site would cost about $${monthlyUsd.toFixed(2)} a month by estimate.`,
    {
      facts: { monthlyUsd, confirmedUsd: confirmed ?? null },
      todo: `Confirm it: --confirm-cost ${monthlyUsd}, or confirmed_monthly_usd in a request`,
    },
  );
}
