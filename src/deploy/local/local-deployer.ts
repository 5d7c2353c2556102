import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError, exists, hasCode } from '../../base/index.ts';
import { changeOf } from '../change-of.ts';
import type { ChangeOf, Release } from '../release.ts';
import type { Deployer, DeploymentPlan, DeploymentStatus, FoundDeployment } from '../deployer.ts';
import { deploymentName } from '../names.ts';
import { openReleases } from '../releases.ts';
import type { DeploySettings } from '../settings.ts';
import { BadSiteError } from '../site-errors.ts';
import { deploymentTags } from '../tags.ts';
import { makeAskHost } from './ask-host.ts';
import { applied, type ApplyControl, statusReply } from './control.ts';
import { readSiteLog } from './site-log.ts';
import { listStates, readState, siteDir, siteState } from './site-state.ts';

/** Serves sites from this machine, on its loopback interface alone; needs no account. */
export function makeLocalDeployer(settings: DeploySettings): Deployer {
  const { dataDir } = settings;
  const ask = makeAskHost(settings);
  const apply: Deployer['apply'] = async (plan, release, onEvent, signal) => {
    const said = await ask(toControl(plan, release), applied, onEvent, signal);
    const { port, previous_release_id: previous, sandbox } = said;
    return {
      url: urlOf(port),
      releaseId: release.id,
      changed: await changeSince(settings, plan, previous, release),
      details: plan.spec.type === 'static' ? { port } : { port, sandbox },
    };
  };
  return {
    provider: 'local',
    plan: planLocal,
    apply,
    rollback: apply,
    status: async (plan, signal) => await statusOf(settings, plan, signal),
    async logs({ spec: { sessionId } }, lines, signal) {
      signal.throwIfAborted();
      return await readSiteLog(join(siteDir(dataDir, sessionId), 'site.log'), lines);
    },
    async destroy({ spec: { sessionId } }, onEvent, signal) {
      if (!(await hasState(dataDir, sessionId))) {
        await rm(siteDir(dataDir, sessionId), { recursive: true, force: true });
        return;
      }
      await ask({ action: 'remove', session_id: sessionId }, z.unknown(), onEvent, signal);
      onEvent({ kind: 'site.removed', text: 'The site and its releases are removed' });
    },
    list: async (signal) => await listLocal(settings, signal),
  };
}

const planLocal: Deployer['plan'] = (spec) => {
  if (spec.region !== undefined || spec.size !== undefined) {
    throw new CodedError('deploy.bad-spec', 'A local site has neither a region nor a size.', {
      facts: { region: spec.region, size: spec.size },
      todo: 'Leave --region and --size away, or choose another provider',
    });
  }
  const name = deploymentName(spec);
  const program = spec.type === 'dynamic' ? [{ type: 'program', name }] : [];
  return {
    spec,
    name,
    tags: deploymentTags(spec),
    resources: [{ type: 'loopback port', name }, ...program],
    template: undefined,
    estimate: { monthlyUsd: 0, lines: [], note: 'It runs on this machine and costs nothing more.' },
  };
};

function toControl({ spec, name, tags }: DeploymentPlan, release: Release): ApplyControl {
  const { run, type } = spec;
  if (type === 'dynamic' && run === undefined) {
    throw new BadSiteError('a dynamic site needs the command that starts its program');
  }
  const asked = siteState.shape.run.safeParse(
    run === undefined || type === 'static'
      ? null
      : { command: [...run.command], health_path: run.healthPath },
  );
  if (!asked.success) throw new BadSiteError(`its command or health path is wrong`, { run });
  return {
    action: 'apply',
    session_id: spec.sessionId,
    name,
    tags: { ...tags },
    type,
    release_id: release.id,
    run: asked.data,
  };
}

/** Also where it is damaged: what is left is removed all the same. */
async function hasState(dataDir: string, sessionId: string): Promise<boolean> {
  return await exists(join(siteDir(dataDir, sessionId), 'local.json'));
}

async function changeSince(
  { dataDir, clock }: DeploySettings,
  { spec }: DeploymentPlan,
  previous: string | null,
  release: Release,
): Promise<ChangeOf | undefined> {
  if (previous === null) return undefined;
  const releases = openReleases(join(siteDir(dataDir, spec.sessionId), 'releases'), clock);
  try {
    return changeOf(await releases.get(previous), release);
  } catch (error) {
    // It was removed since: then nobody can say.
    if (hasCode(error, 'deploy.no-release')) return undefined;
    throw error;
  }
}

async function statusOf(
  settings: DeploySettings,
  { spec: { sessionId } }: DeploymentPlan,
  signal: AbortSignal,
): Promise<DeploymentStatus> {
  const state = await readState(settings.dataDir, sessionId);
  if (state === undefined) {
    return { state: 'absent', url: undefined, releaseId: undefined, reason: undefined };
  }
  const asked = { action: 'status', session_id: sessionId } as const;
  const found = await makeAskHost(settings)(asked, statusReply, () => {}, signal);
  return {
    state: found.state,
    url: urlOf(state.port),
    releaseId: state.release_id,
    reason: found.reason ?? undefined,
  };
}

async function listLocal(
  settings: DeploySettings,
  signal: AbortSignal,
): Promise<readonly FoundDeployment[]> {
  const { dataDir, log } = settings;
  const ask = makeAskHost(settings);
  const states = await listStates(dataDir, (error) =>
    log.warn('a local site is left out', { error }),
  );
  const found: FoundDeployment[] = [];
  for (const { session_id, name, tags } of states) {
    const asked = { action: 'status', session_id } as const;
    const { state } = await ask(asked, statusReply, () => {}, signal);
    found.push({ provider: 'local', name, tags, state, region: undefined });
  }
  return found;
}

/** An address of its own for each site: pages of one do not read those of another. */
function urlOf(port: number): string {
  return `http://127.0.0.1:${port}/`;
}
