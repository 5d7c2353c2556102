import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomIds, silentLog, systemClock } from '../src/base/index.ts';
import {
  type DeploySettings,
  loadDeployer,
  openReleases,
  type SiteSpec,
  stopSiteHost,
} from '../src/deploy/index.ts';
import { type Benchmark, summarise, time } from './measure.ts';

const FILES = 1_000;
const FIRST_LIMIT_MS = 2_000;
const CHANGE_LIMIT_MS = 500;

/** What people wait for: the release made, durable, and answered by the site's address. */
export const localDeploy: Benchmark = {
  name: 'local-deploy',
  about: 'a local site of 1,000 files: deployed first, and again with one file changed',
  async run({ dir, scale }) {
    const rounds = Math.max(3, Math.round(7 * scale));
    const { signal } = new AbortController();
    const settings = settingsIn(dir);
    const deployer = await loadDeployer('local', settings);
    // The host runs already on a machine that has sites.
    await deploySite('warm', 1);
    const first: number[] = [];
    const again: number[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        const id = `ses_${round}`;
        first.push(await deploySite(id, FILES));
        await writeFile(join(dir, 'source', id, 'page-7.html'), `changed ${round}`);
        again.push(await time(async () => await publish(id)));
      }
    } finally {
      await stopSiteHost(settings, signal);
    }
    return [
      summarise('first deployment of 1,000 files', first, { limit: FIRST_LIMIT_MS }),
      summarise('redeployment of one changed file', again, { limit: CHANGE_LIMIT_MS }),
    ];

    async function deploySite(id: string, files: number): Promise<number> {
      await writeFiles(join(dir, 'source', id), files);
      return await time(async () => await publish(id));
    }

    async function publish(id: string): Promise<void> {
      const releases = openReleases(join(settings.dataDir, 'sites', id, 'releases'), systemClock);
      const source = join(dir, 'source', id);
      const release = await releases.make(source, { isStatic: true, liveId: undefined }, signal);
      const plan = deployer.plan(specOf(id));
      const { url } = await deployer.apply(plan, release, () => {}, signal);
      const { status } = await fetch(url, { headers: { connection: 'close' } });
      if (status !== 200) throw new Error(`the site answers ${status}`);
    }
  },
};

async function writeFiles(dir: string, count: number): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'index.html'), '<!doctype html><title>bench</title>');
  for (let number = 1; number < count; number += 1) {
    await writeFile(join(dir, `page-${number}.html`), `<p>${dir} ${number}</p>`.repeat(100));
  }
}

function settingsIn(dir: string): DeploySettings {
  return {
    dataDir: join(dir, 'data'),
    runtimeDir: dir,
    clock: systemClock,
    log: silentLog,
    ids: randomIds(systemClock),
    environment: { PATH: process.env['PATH'] ?? '' },
    sizes: [],
    firstPort: 18_100,
    awsProfile: undefined,
    awsRegion: 'us-east-1',
    azureSubscription: undefined,
    azureLocation: 'eastus',
    azureFrontDoor: undefined,
    azureResourceManager: 'https://management.azure.com',
  };
}

function specOf(sessionId: string): SiteSpec {
  return {
    provider: 'local',
    type: 'static',
    userGuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    sessionId,
    region: undefined,
    size: undefined,
    frontDoor: undefined,
    run: undefined,
    expiresAt: undefined,
  };
}
