import { join } from 'node:path';
import { hasCode } from '../../base/index.ts';
import { changeOf } from '../change-of.ts';
import type { AppRun, Deployed } from '../deployer.ts';
import { packRelease } from '../machine/archive.ts';
import { userData } from '../machine/user-data.ts';
import type { ChangeOf, Release } from '../release.ts';
import { openReleases } from '../releases.ts';
import { BadSiteError } from '../site-errors.ts';
import { apiVersions, groupId, machineName, releaseTag } from './azure-names.ts';
import { type Deployment, deployPlan } from './deploy-plan.ts';
import { deployTemplate, type TemplateRun, toBody, untilEnded } from './deploy-template.ts';
import { ensureFrontDoor, removeResource } from './front-door.ts';
import { ensureGroup, markRelease } from './groups.ts';
import { throwAwaySshKey } from './ssh-key.ts';
import type { AzureTools } from './tools.ts';
import { untilServed } from './until-served.ts';
import { uploadArchive } from './upload-archive.ts';

/** A machine starts, fetches packages and the release, and starts its program. */
const SERVE_LIMIT_MS = 20 * 60_000;
const HTTP_PORT = 80;
/** Of customData before base64, docs of Azure: "custom data and cloud-init". */
const CUSTOM_DATA_BYTES = 65_535;

/**
 * Publish a release of a dynamic site: each release is a machine of its own, which takes the place
 * of the one before at the same address. The site is away from when that one is deleted until the
 * new one answers: some minutes. Azure is asked first whether it has room for the new one.
 */
export async function applyDynamic(
  tools: AzureTools,
  release: Release,
  signal: AbortSignal,
): Promise<Deployed> {
  const { api, plan, settings } = tools;
  const { run, frontDoor } = plan.spec;
  if (run === undefined) {
    throw new BadSiteError('a dynamic site needs the command that starts its program');
  }
  const group = await ensureGroup(tools, signal);
  const base = await deployPlan(tools, signal);
  await ensureMachine(tools, { release, run, base }, signal);
  const host = base.outputs['host'] ?? '';
  const url =
    frontDoor === 'shared'
      ? await ensureFrontDoor(tools, { host, forwarding: 'HttpOnly' }, signal)
      : `http://${host}/`;
  const limitMs = settings.azure?.serveLimitMs ?? SERVE_LIMIT_MS;
  const healthUrl = new URL(run.healthPath, url).href;
  await untilServed(api, { url: healthUrl, digest: undefined, limitMs }, signal);
  const changed = await changeSince(tools, group.tags[releaseTag], release);
  await markRelease(tools, group, release.id, signal);
  return {
    url,
    releaseId: release.id,
    changed,
    details: {
      resource_group: plan.name,
      location: group.location,
      machine: machineName(plan.name, release.id),
      host,
      front_door: frontDoor === 'shared',
      https: frontDoor === 'shared',
    },
  };
}

interface Machine {
  readonly release: Release;
  readonly run: AppRun;
  readonly base: Deployment;
}

async function ensureMachine(
  tools: AzureTools,
  { release, run, base }: Machine,
  signal: AbortSignal,
): Promise<void> {
  const { api, plan, onEvent } = tools;
  const { name, tags } = plan;
  const machine = machineName(name, release.id);
  const proof = {
    id: `${groupId(api.subscription, name)}/providers/Microsoft.Compute/virtualMachines/${machine}`,
    apiVersion: apiVersions.compute,
  };
  const place = { group: name, name: `${name}-machine` };
  await untilEnded(api, place, onEvent, signal);
  // Neither its user data nor its key can be changed: what is whole is kept, what is not is replaced.
  if ((await api.findResource(proof.id, proof.apiVersion, signal)) === 'Succeeded') return;
  const service = await api.openBlobs(base.outputs['blob'] ?? '');
  const archive = await packRelease(release, signal);
  const upload = { service, archive, releaseId: release.id, principalId: base.principalId };
  const archiveUrl = await uploadArchive(tools, upload, signal);
  const wish = { run, port: HTTP_PORT, archiveUrl, sha256: archive.sha256 };
  const machineRun: TemplateRun = {
    ...place,
    template: plan.template ?? {},
    parameters: {
      principalId: base.principalId,
      machineName: machine,
      customData: userData({ ...wish, maxBytes: CUSTOM_DATA_BYTES }),
      sshKey: throwAwaySshKey(),
    },
    tags,
    proof,
  };
  await api.validate(name, place.name, toBody(machineRun), signal);
  await removeMachines(tools, signal);
  await deployTemplate(api, machineRun, onEvent, signal);
}

/** Delete every machine of the site: the address belongs to one at a time. */
async function removeMachines(
  { api, plan, onEvent }: AzureTools,
  signal: AbortSignal,
): Promise<void> {
  for (const id of await api.listResources(plan.name, signal)) {
    if (!/\/providers\/Microsoft\.Compute\/virtualMachines\/[^/]+$/i.test(id)) continue;
    await removeResource(api, { id, apiVersion: apiVersions.compute }, signal);
    onEvent({ kind: 'machine.removed', text: `Machine ${id.split('/').at(-1)} is removed` });
  }
}

async function changeSince(
  { settings: { dataDir, clock }, plan }: AzureTools,
  previous: string | undefined,
  release: Release,
): Promise<ChangeOf | undefined> {
  if (previous === undefined) return undefined;
  const dir = join(dataDir, 'sites', plan.spec.sessionId, 'releases');
  try {
    return changeOf(await openReleases(dir, clock).get(previous), release);
  } catch (error) {
    // It was removed since: then nobody can say.
    if (hasCode(error, 'deploy.no-release')) return undefined;
    throw error;
  }
}
