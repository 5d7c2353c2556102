import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomIds, silentLog, systemClock } from '../../src/base/index.ts';
import {
  type Deployed,
  type Deployer,
  type DeployEvent,
  type DeploySettings,
  loadDeployer,
  openReleases,
  type Release,
  type SiteSpec,
  stopSiteHost,
} from '../../src/deploy/index.ts';
import { controlSocket } from '../../src/deploy/local/host-settings.ts';
import { callHost } from '../../src/deploy/local/host-client.ts';
import { findFreePort } from './free-port.ts';

const { signal } = new AbortController();

/** A data directory with local sites and a site host of its own. */
export class LocalSites implements AsyncDisposable {
  readonly dir: string;
  readonly settings: DeploySettings;
  readonly deployer: Deployer;

  private constructor(dir: string, settings: DeploySettings, deployer: Deployer) {
    this.dir = dir;
    this.settings = settings;
    this.deployer = deployer;
  }

  static async open(more: Partial<DeploySettings> = {}): Promise<LocalSites> {
    const dir = await mkdtemp(join(tmpdir(), 's-'));
    const settings: DeploySettings = {
      dataDir: join(dir, 'data'),
      runtimeDir: dir,
      clock: systemClock,
      log: silentLog,
      ids: randomIds(systemClock),
      environment: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
      sizes: [],
      firstPort: await findFreePort(),
      awsProfile: undefined,
      awsRegion: 'us-east-1',
      azureSubscription: undefined,
      azureLocation: 'eastus',
      azureFrontDoor: undefined,
      azureResourceManager: 'https://management.azure.com',
      ...more,
    };
    return new LocalSites(dir, settings, await loadDeployer('local', settings));
  }

  spec(sessionId: string, more: Partial<SiteSpec> = {}): SiteSpec {
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
      ...more,
    };
  }

  /** Make a release of these files and nothing else. */
  async release(
    sessionId: string,
    files: Readonly<Record<string, string | Uint8Array>>,
    isStatic = true,
  ): Promise<Release> {
    const source = join(this.dir, 'source', sessionId);
    await rm(source, { recursive: true, force: true });
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(source, path)), { recursive: true });
      await writeFile(join(source, path), content);
    }
    const releases = join(this.settings.dataDir, 'sites', sessionId, 'releases');
    return await openReleases(releases, systemClock).make(source, { isStatic }, signal);
  }

  async apply(spec: SiteSpec, release: Release, events: DeployEvent[] = []): Promise<Deployed> {
    const onEvent = (event: DeployEvent): void => void events.push(event);
    return await this.deployer.apply(this.deployer.plan(spec), release, onEvent, signal);
  }

  async status(sessionId: string) {
    return await this.deployer.status(this.deployer.plan(this.spec(sessionId)), signal);
  }

  async logs(sessionId: string): Promise<string> {
    const plan = this.deployer.plan(this.spec(sessionId));
    return (await this.deployer.logs(plan, 1_000, signal)).join('\n');
  }

  async destroy(sessionId: string): Promise<void> {
    await this.deployer.destroy(this.deployer.plan(this.spec(sessionId)), () => {}, signal);
  }

  /** Process id of the site host that answers now. */
  async hostPid(): Promise<number> {
    const said = await callHost(controlSocket(this.settings), { action: 'ping' }, () => {}, signal);
    return (said as { pid: number }).pid;
  }

  async hostLog(): Promise<string> {
    return await readFile(join(this.settings.dataDir, 'sites', 'host.log'), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopSiteHost(this.settings, signal);
    await rm(this.dir, { recursive: true, force: true });
  }
}
