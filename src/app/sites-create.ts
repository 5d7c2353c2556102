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
  const { session } = await begin(ctx, wish, await check(ctx, wish, signal), signal);
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
  // First, so that a refusal leaves no user behind.
  const checked = await check(ctx, wish, signal);
  const { userId, isNew } = await userOf(ctx, email, signal);
  const whose = { ...wish, userId, email };
  const { session, executionId } = await begin(ctx, whose, checked, signal);
  const started = { execution_id: executionId, user_id: userId, session_id: session.id };
  return { ...started, is_new_user: isNew };
}

interface Checked {
  readonly place: ReturnType<typeof placeOf>;
  readonly monthlyUsd: number;
}

/** Refuse what could not come to an end, before anything is made and an agent has begun to work. */
async function check(ctx: SitesContext, wish: NewSite, signal: AbortSignal): Promise<Checked> {
  const { agents } = ctx.app;
  const { agent, requirements } = wish;
  checkRequirements(requirements);
  if (agent !== undefined && !agents.names.includes(agent)) await agents.detect(agent, signal);
  const place = placeOf(ctx, wish);
  const plan = await planOf(ctx, place);
  const { monthlyUsd } = plan.estimate;
  requireConfirmed(ctx, monthlyUsd, wish.confirmed_monthly_usd);
  // A question that costs nothing: it fails where nobody is logged in at the provider.
  if (place.provider !== 'local') await (await ctx.deployer(place.provider)).status(plan, signal);
  return { place, monthlyUsd };
}

async function begin(
  { app }: SitesContext,
  wish: NewSite & Partial<Pick<NewPersonSite, 'email' | 'phone'>>,
  { place, monthlyUsd }: Checked,
  signal: AbortSignal,
): ReturnType<typeof create> {
  const { agent, model, permission, name, requirements, email, phone } = wish;
  const budget = checkNumbers({ maxTokens: wish.max_tokens, maxCostUsd: wish.max_cost_usd });
  return await create(
    app,
    {
      session: { name, userId: wish.userId ?? app.config.userId, agent, budget },
      requirements,
      place,
      options: { agent, model, permission },
      monthlyUsd,
      userLimitUsd: app.config.siteUserMonthlyUsd,
      person: { ...(email !== undefined && { email }), phone },
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

/** As much as a request takes, whichever way it comes. */
const LONGEST_REQUIREMENTS = 200_000;

function checkRequirements(text: string): void {
  if (text.trim() === '') {
    throw new CodedError('site.no-requirements', 'Nothing was said of what the site is to be.', {
      todo: 'Say it in some words: tmux-builder site create "a page about our bakery"',
    });
  }
  if (text.length <= LONGEST_REQUIREMENTS) return;
  const said = `The requirements have ${text.length} characters; at most ${LONGEST_REQUIREMENTS} are taken.`;
  throw new CodedError('site.requirements-too-long', said, {
    facts: { characters: text.length, limit: LONGEST_REQUIREMENTS },
    todo: 'Say what matters in fewer words, and put the rest as files into the uploads/ of the session',
  });
}
