import { join } from 'node:path';
import { z } from 'zod';
import type * as view from '../contract/index.ts';
import { diffRelease, openReleases } from '../deploy/index.ts';
import {
  completeSpec,
  getSiteFacts,
  listRoles,
  readStepLog,
  releasesDir,
  resultTextIn,
  roleDirsOf,
  type SiteFacts,
  stepPlace,
} from '../pipeline/index.ts';
import type { OpenedFile } from '../sessions/index.ts';
import { openFile } from './files.ts';
import type { RoleFile, StepLog } from './site-use-cases.ts';
import type { SitesContext } from './sites-context.ts';
import { getExecution, sessionIdOf } from './sites-list.ts';
import { toTime } from './to-time.ts';

/** What a step did, line by line, after the first `after` lines. */
export async function readLogOfStep(
  ctx: SitesContext,
  { id, step, after }: { readonly id: string; readonly step: view.SiteStepName; after: number },
  signal: AbortSignal,
): Promise<StepLog> {
  const execution = await getExecution(ctx, id, signal);
  const session = await ctx.app.sessions.get(execution.sessionId, signal);
  const { log } = stepPlace(execution.id, step);
  const { lines, isCut } = await readStepLog(session, log, after);
  const shown = lines.map(({ number, at, text }) => ({ number, at: toTime(at), text }));
  return { lines: shown, is_cut: isCut };
}

/** The newest lines of a site's program or deployment; none before it is first live. */
export async function readSiteLogs(
  ctx: SitesContext,
  reference: string,
  lines: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { site } = await factsOf(ctx, reference, signal);
  if (site.status === 'destroyed') return [];
  const deployer = await ctx.deployer(site.spec.provider);
  return await deployer.logs(deployer.plan(completeSpec(site.spec)), lines, signal);
}

/** How a site's source differs from what is live. */
export async function diffSite(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<view.SiteDiffView> {
  const { app } = ctx;
  const facts = await factsOf(ctx, reference, signal);
  const { site } = facts;
  const session = await app.sessions.get(site.sessionId, signal);
  const releases = openReleases(releasesDir(app.config.dataDir, session.id), app.clock);
  const live = site.releaseId === undefined ? undefined : await releases.get(site.releaseId);
  const within = join(session.dir, 'source');
  const source = join(within, await publishDirOf(ctx, facts, signal));
  const options = { isStatic: site.spec.type === 'static', within };
  const { files, isCut } = await diffRelease(live, source, options, signal);
  return {
    release_id: live?.id ?? null,
    files: files.map(({ path, change, diff }) => ({ path, change, diff: diff ?? null })),
    is_cut: isCut,
  };
}

/** Something a step left, by its path inside the session. */
export async function openArtefact(
  ctx: SitesContext,
  reference: string,
  path: string,
  signal: AbortSignal,
): Promise<OpenedFile> {
  return await openFile(ctx.app, await sessionIdOf(ctx, reference, signal), path, signal);
}

export async function listRoleFiles({ app: { config } }: SitesContext): Promise<RoleFile[]> {
  const roles = await listRoles(roleDirsOf(config.dataDir));
  return roles.map(({ kind, name, description, path, isBuiltIn }) => ({
    kind,
    name,
    description,
    path,
    is_built_in: isBuiltIn,
  }));
}

const published = z.object({ publish_dir: z.string() });
const CREATE_PLAN = 4;

/** As the newest plan has it; before there is one, the source itself. */
async function publishDirOf(
  { app: { store } }: SitesContext,
  { execution }: SiteFacts,
  signal: AbortSignal,
): Promise<string> {
  const text = await store.read(
    async (sql) => await resultTextIn(sql, execution, CREATE_PLAN),
    signal,
  );
  return text === undefined ? '.' : published.parse(JSON.parse(text)).publish_dir;
}

async function factsOf(
  ctx: SitesContext,
  reference: string,
  signal: AbortSignal,
): Promise<SiteFacts> {
  const sessionId = await sessionIdOf(ctx, reference, signal);
  return await ctx.app.store.read(async (sql) => await getSiteFacts(sql, sessionId), signal);
}
