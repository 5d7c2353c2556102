import { createHash } from 'node:crypto';
import { changeOf } from '../change-of.ts';
import type { AppRun, Deployed } from '../deployer.ts';
import { type Archive, packRelease } from '../machine/archive.ts';
import { BadSiteError } from '../site-errors.ts';
import { answers } from './answers.ts';
import { listObjects, removeObjects } from './bucket.ts';
import { archiveTemplate, imageOf, machineTemplate } from './machine-template.ts';
import { type AwsWish, bucketOf, wishOf } from './plan-aws.ts';
import type { Publishing } from './publish.ts';
import { putFile } from './put-file.ts';
import { SiteStack, type StackWish } from './site-stack.ts';
import { type StackView, urlOf } from './stack-view.ts';
import { findStored, pruneReleases, putManifest } from './upload-release.ts';

/** The machine fetches its archive some minutes after it is ordered. */
const ADDRESS_S = 3_600;

/**
 * Publish a release of a dynamic site: a new machine that runs it is made beside the old one,
 * CloudFront is turned to it once its program answers, then the old one goes. Visitors meet no
 * gap; for some minutes some see the old release and some the new one, and what the old machine's
 * program kept on its disk is not on the new one.
 *
 * @throws {CodedError} `deploy.unhealthy`: its program did not answer; the old machine still does.
 */
export async function publishMachine(
  publishing: Publishing,
  signal: AbortSignal,
): Promise<Deployed> {
  const { settings, aws, plan, release, onEvent } = publishing;
  const { name, tags, spec } = plan;
  const { run } = spec;
  if (run === undefined) {
    throw new BadSiteError('a dynamic site needs the command that starts its program');
  }
  const site = { aws, bucket: bucketOf(name) };
  const stack = new SiteStack(aws, plan, onEvent, signal);
  const empty = { template: archiveTemplate({ name, bucket: site.bucket, tags }), parameters: {} };
  const before = (await stack.ready()) ?? (await stack.create(empty));
  const liveId = before.parameters['Release'];
  const live = liveId === undefined ? undefined : await findStored(site, liveId, signal);
  const archive = await packRelease(release, signal);
  const machine = machineId(release.id, { archive, run, wish: wishOf(settings, spec) });
  const order = { run, archive, machine };
  const after = (await isServed(before, publishing, order, signal))
    ? before
    : await stack.update(before, await wishFor(publishing, before, order, signal));
  onEvent({ kind: 'app.healthy', text: 'The program answers on its machine' });
  await putManifest(site, release, signal);
  await pruneReleases(site, [release.id, liveId], signal);
  await pruneArchives(publishing, archive, signal);
  return {
    url: urlOf(after.outputs['Domain'] ?? ''),
    releaseId: release.id,
    changed: live === undefined ? undefined : changeOf(live, release),
    details: { stack: name, region: aws.region, machine: after.parameters['Machine'] },
  };
}

/** Logical id without its last letter; another release, command or size is another machine. */
function machineId(
  releaseId: string,
  asked: { readonly archive: Archive; readonly run: AppRun; readonly wish: AwsWish },
): string {
  const { archive, run, wish } = asked;
  const text = JSON.stringify([archive.sha256, run.command, run.healthPath, wish.size]);
  const digest = createHash('sha256').update(text).digest('hex');
  return `Machine${releaseId}${digest.slice(0, 8)}`;
}

interface Order {
  readonly run: AppRun;
  readonly archive: Archive;
  readonly machine: string;
}

/** Whether this very machine is live, and answers. */
async function isServed(
  { parameters, outputs, tags }: StackView,
  { aws, plan }: Publishing,
  { run, machine }: Order,
  signal: AbortSignal,
): Promise<boolean> {
  const domain = outputs['Domain'];
  if (domain === undefined || parameters['Machine']?.slice(0, -1) !== machine) return false;
  // Tags alone cannot be changed: CloudFormation would look for the newest image then, and replace
  // the machine by one whose archive is no longer at its address.
  const isTagged = Object.entries(plan.tags).every(([key, value]) => tags[key] === value);
  return isTagged && (await answers(new URL(run.healthPath, urlOf(domain)), aws.clock, signal));
}

async function wishFor(
  publishing: Publishing,
  before: StackView,
  { run, archive, machine: id }: Order,
  signal: AbortSignal,
): Promise<StackWish> {
  const { settings, plan, release } = publishing;
  const { name, tags, spec } = plan;
  const { size, prefixList } = wishOf(settings, spec);
  // One that does not answer is replaced by another of the same release.
  const machine = before.parameters['Machine'] === `${id}A` ? `${id}B` : `${id}A`;
  const { sha256 } = archive;
  const bucket = bucketOf(name);
  return {
    template: machineTemplate({ name, bucket, tags, machine, size, prefixList, run, sha256 }),
    parameters: {
      Release: release.id,
      Machine: machine,
      Image: imageOf(size),
      ArchiveUrl: await sendArchive(publishing, archive, signal),
    },
  };
}

/** Bring the archive into the bucket, and give its address. */
async function sendArchive(
  { aws, plan, onEvent }: Publishing,
  { file, bytes, sha256 }: Archive,
  signal: AbortSignal,
): Promise<string> {
  const bucket = bucketOf(plan.name);
  const key = keyOf(sha256);
  const there = await listObjects(aws, bucket, key, signal);
  if (there.get('') !== bytes) {
    const contentType = 'application/gzip';
    await putFile(aws, { bucket, key, file, bytes, sha256, contentType }, signal);
    const text = `The release was sent as an archive of ${bytes} bytes`;
    onEvent({ kind: 'files.uploaded', text, facts: { bytes, sha256 } });
  }
  return await aws.presign(bucket, key, ADDRESS_S);
}

/** The machine has its archive by now; an earlier release is packed and sent again. */
async function pruneArchives(
  { aws, plan }: Publishing,
  { sha256 }: Archive,
  signal: AbortSignal,
): Promise<void> {
  const bucket = bucketOf(plan.name);
  const keys = [...(await listObjects(aws, bucket, '', signal)).keys()];
  const old = keys.filter((key) => key.startsWith('archives/') && key !== keyOf(sha256));
  if (old.length === 0) return;
  await removeObjects(
    aws,
    bucket,
    old.slice(0, 1_000).map((Key) => ({ Key })),
    signal,
  );
}

function keyOf(sha256: string): string {
  return `archives/${sha256}.tar.gz`;
}
