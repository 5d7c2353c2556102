import { CodedError, hasCode } from '../base/index.ts';
import type * as view from '../contract/index.ts';
import { createSite as create, findPersonByEmailIn } from '../pipeline/index.ts';
import { Passwords, Users } from '../users/index.ts';
import { checkNumbers } from './check-budget.ts';
import type { NewPersonSite, NewSite, Started } from './site-use-cases.ts';
import type { SitesContext } from './sites-context.ts';
import { placeOf, planOf, requireConfirmed } from './sites-estimate.ts';
import { readSiteView } from './sites-list.ts';

/** Begin a site: a session, and an execution that waits for a runner. */
export async function createSite(
  ctx: SitesContext,
  wish: NewSite,
  signal: AbortSignal,
): Promise<view.SiteView> {
  const { session } = await begin(ctx, wish, {}, signal);
  return await readSiteView(ctx, session.id, signal);
}

/**
 * The same for a person by e-mail. Who is not known becomes a user: an operator, whom an admin
 * hands a one-time link (`user reset`).
 */
export async function createForPerson(
  ctx: SitesContext,
  wish: NewPersonSite,
  signal: AbortSignal,
): Promise<Started & { readonly is_new_user: boolean }> {
  const email = wish.email.trim().toLowerCase();
  const { userId, isNew } = await userOf(ctx, email, signal);
  const person = { email, phone: wish.phone };
  const { session, executionId } = await begin(ctx, { ...wish, userId }, person, signal);
  const started = { execution_id: executionId, user_id: userId, session_id: session.id };
  return { ...started, is_new_user: isNew };
}

async function begin(
  ctx: SitesContext,
  wish: NewSite,
  person: { readonly email?: string; readonly phone?: string | undefined },
  signal: AbortSignal,
): ReturnType<typeof create> {
  const { app } = ctx;
  const { agent, model, permission, name, requirements } = wish;
  if (requirements.trim() === '') throw noRequirements();
  if (agent !== undefined && !app.agents.names.includes(agent)) {
    await app.agents.detect(agent, signal);
  }
  const place = placeOf(ctx, wish);
  const { estimate } = await planOf(ctx, place);
  requireConfirmed(ctx, estimate.monthlyUsd, wish.confirmed_monthly_usd);
  const budget = checkNumbers({ maxTokens: wish.max_tokens, maxCostUsd: wish.max_cost_usd });
  return await create(
    app,
    {
      session: { name, userId: wish.userId ?? app.config.userId, agent, budget },
      requirements,
      place,
      options: { agent, model, permission },
      monthlyUsd: estimate.monthlyUsd,
      userLimitUsd: app.config.siteUserMonthlyUsd,
      person,
    },
    signal,
  );
}

async function userOf(
  { app: { store, clock, ids } }: SitesContext,
  email: string,
  signal: AbortSignal,
): Promise<{ readonly userId: string; readonly isNew: boolean }> {
  const known = await store.read(async (sql) => await findPersonByEmailIn(sql, email), signal);
  if (known !== undefined) return { userId: known.userId, isNew: false };
  const users = new Users({ store, clock, ids }, new Passwords());
  try {
    const { user } = await users.create({ name: email, role: 'operator' }, signal);
    return { userId: user.id, isNew: true };
  } catch (error) {
    if (!hasCode(error, 'user.name-taken')) throw error;
    return { userId: (await users.get(email, signal)).id, isNew: false };
  }
}

function noRequirements(): CodedError {
  return new CodedError('site.no-requirements', 'Nothing was said of what the site is to be.', {
    todo: 'Say it in some words: tmux-builder site create "a page about our bakery"',
  });
}
