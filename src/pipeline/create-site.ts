import { CodedError, type Clock, type Ids } from '../base/index.ts';
import type { SiteSpec } from '../deploy/index.ts';
import type { NewSession, Session, Sessions } from '../sessions/index.ts';
import type { Sql, WriteSql } from '../store/index.ts';
import { appendEvent, insertExecution } from './change-execution.ts';
import type { ExecutionKind } from './execution.ts';
import { newSteps, type StoredExecution } from './execution-state.ts';
import { ensurePerson, type Person } from './people.ts';
import type { SiteOptions } from './site.ts';

/** A site that is to be begun. */
export interface SiteWish {
  readonly session: Omit<NewSession, 'alongside'>;
  readonly requirements: string;
  /** What the session and its user do not decide. */
  readonly place: Omit<SiteSpec, 'userGuid' | 'sessionId' | 'run'>;
  readonly options: SiteOptions;
  /** By estimate. */
  readonly monthlyUsd: number;
  /** What all sites of the user together may cost a month, by estimate; undefined: no limit. */
  readonly userLimitUsd: number | undefined;
  readonly person?: Partial<Pick<Person, 'email' | 'phone'>>;
}

export interface BegunSite {
  readonly session: Session;
  readonly executionId: string;
}

/**
 * Begin a site: session, site, execution and steps are there together or not at all.
 *
 * @throws {CodedError} `site.over-limit`; those of `Sessions.create`.
 */
export async function createSite(
  tools: { readonly sessions: Sessions; readonly clock: Clock; readonly ids: Ids },
  wish: SiteWish,
  signal: AbortSignal,
): Promise<BegunSite> {
  const now = tools.clock.now();
  const executionId = tools.ids.next('exe');
  const guid = tools.ids.uuid();
  const session = await tools.sessions.create(
    {
      ...wish.session,
      alongside: async (sql, { id: sessionId, userId }) => {
        const person = await ensurePerson(sql, { userId, ...wish.person }, { guid, now });
        await refuseOverLimit(sql, userId, wish);
        await insertSite(sql, { ...wish, sessionId, guid: person.guid, now });
        await appendEvent(sql, {
          sessionId,
          kind: 'site.created',
          at: now,
          data: { provider: wish.place.provider, type: wish.place.type, user_id: userId },
        });
        await insertExecution(
          sql,
          newExecution({ id: executionId, sessionId, kind: 'create', now }),
        );
      },
    },
    signal,
  );
  return { session, executionId };
}

/** An execution that waits for a runner. */
export function newExecution(wish: {
  readonly id: string;
  readonly sessionId: string;
  readonly kind: ExecutionKind;
  readonly now: number;
  readonly releaseId?: string;
}): StoredExecution {
  return {
    id: wish.id,
    sessionId: wish.sessionId,
    kind: wish.kind,
    status: 'queued',
    releaseId: wish.releaseId,
    fixRounds: 0,
    fix: undefined,
    steps: newSteps(wish.kind),
    error: undefined,
    cancelRequestedAt: undefined,
    createdAt: wish.now,
    startedAt: undefined,
    endedAt: undefined,
  };
}

/** What the sites of a user that are not destroyed cost together a month, by estimate. */
export async function monthlyUsdOf(sql: Sql, userId: string): Promise<number> {
  const query = `SELECT coalesce(sum(monthly_usd_micros), 0) AS micros FROM sites
    JOIN sessions ON sessions.id = sites.session_id
    WHERE sessions.user_id = $1 AND sites.destroyed_at IS NULL`;
  const [row] = await sql.all(query, [userId]);
  return Number(row?.['micros'] ?? 0) / 1e6;
}

/** In the transaction: two sites that are begun at once must not pass the limit together. */
async function refuseOverLimit(
  sql: Sql,
  userId: string,
  { monthlyUsd, userLimitUsd }: SiteWish,
): Promise<void> {
  if (userLimitUsd === undefined || monthlyUsd === 0) return;
  const before = await monthlyUsdOf(sql, userId);
  if (before + monthlyUsd <= userLimitUsd) return;
  throw new CodedError(
    'site.over-limit',
    `This site would cost about $${monthlyUsd.toFixed(2)} a month; with those that ${userId} has ` +
      `that makes $${(before + monthlyUsd).toFixed(2)}, and $${userLimitUsd.toFixed(2)} is the limit.`,
    {
      facts: { userId, monthlyUsd, before, limit: userLimitUsd },
      todo: 'Destroy a site, take a smaller one, or raise site_user_monthly_usd',
    },
  );
}

async function insertSite(
  sql: WriteSql,
  site: SiteWish & { readonly sessionId: string; readonly guid: string; readonly now: number },
): Promise<void> {
  const { provider, type, region, size, frontDoor, expiresAt } = site.place;
  await sql.run(
    `INSERT INTO sites (session_id, provider, type, requirements, status, spec, options,
       monthly_usd_micros, created_at, expires_at)
     VALUES ($1, $2, $3, $4, 'building', $5, $6, $7, $8, $9)`,
    [
      site.sessionId,
      provider,
      type,
      site.requirements,
      JSON.stringify({ userGuid: site.guid, region, size, frontDoor }),
      JSON.stringify(site.options),
      Math.round(site.monthlyUsd * 1e6),
      site.now,
      expiresAt ?? null,
    ],
  );
}
