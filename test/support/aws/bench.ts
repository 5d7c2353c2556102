import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { type Clock, countingIds, lineLog, systemClock } from '../../../src/base/index.ts';
import { makeAwsDeployer } from '../../../src/deploy/aws/aws-deployer.ts';
import type {
  Deployer,
  DeployEvent,
  DeploySettings,
  Release,
  SiteSpec,
} from '../../../src/deploy/index.ts';
import { openReleases } from '../../../src/deploy/releases.ts';
import { type FakeAws, fakeKeys, startFakeAws } from './fake-aws.ts';

export interface AwsBench extends AsyncDisposable {
  readonly aws: FakeAws;
  readonly deployer: Deployer;
  readonly settings: DeploySettings;
  readonly events: DeployEvent[];
  readonly onEvent: (event: DeployEvent) => void;
  /** What was logged, one JSON object a line. */
  readonly log: string[];
  /** Make a release of these files, by path. */
  release(files: Readonly<Record<string, string>>): Promise<Release>;
}

/** Pauses are short, time itself is real: limits of an hour are never met. */
export const quickClock: Clock = {
  ...systemClock,
  after: async (ms, signal) => await systemClock.after(Math.min(ms, 3), signal),
};

export const signal = new AbortController().signal;

export function siteSpec(more: Partial<SiteSpec> = {}): SiteSpec {
  return {
    provider: 'aws',
    type: 'static',
    userGuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    sessionId: 'ses_1',
    region: undefined,
    size: undefined,
    frontDoor: undefined,
    run: undefined,
    expiresAt: undefined,
    ...more,
  };
}

/** A deployer with credentials of a stand-in for AWS, and a directory for releases. */
export async function openAwsBench(): Promise<AwsBench> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', fakeKeys.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', fakeKeys.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', fakeKeys.sessionToken);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_PROFILE', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  const dir = await mkdtemp(join(tmpdir(), 'tmux-builder-aws-'));
  const aws = await startFakeAws();
  const log: string[] = [];
  const events: DeployEvent[] = [];
  const settings: DeploySettings = {
    dataDir: dir,
    runtimeDir: dir,
    clock: quickClock,
    log: lineLog('debug', (line) => log.push(line), quickClock),
    ids: countingIds(),
    environment: {},
    sizes: ['t3.micro', 't3.small', 'Standard_B1s'],
    firstPort: 8_100,
    awsProfile: undefined,
    awsRegion: 'us-east-1',
    azureSubscription: undefined,
    azureLocation: 'eastus',
    azureFrontDoor: undefined,
    azureResourceManager: 'https://management.azure.com',
    endpoints: { aws: aws.url },
  };
  let sources = 0;
  return {
    aws,
    deployer: makeAwsDeployer(settings),
    settings,
    events,
    onEvent: (event) => events.push(event),
    log,
    async release(files) {
      sources += 1;
      const source = join(dir, `source-${sources}`);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(source, path)), { recursive: true });
        await writeFile(join(source, path), content);
        if (content.startsWith('#!')) await chmod(join(source, path), 0o755);
      }
      const releases = openReleases(join(dir, 'sites', 'ses_1', 'releases'), quickClock);
      return await releases.make(source, { isStatic: files['index.html'] !== undefined }, signal);
    },
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs();
      await aws[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A program that answers with a text; `health` is the status of its health path. */
export function program(text: string, health = 200): Readonly<Record<string, string>> {
  return {
    'server.js': `require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/health' ? ${health} : 200;
  response.end(${JSON.stringify(text)} + ' ' + request.method + ' ' + request.url);
}).listen(Number(process.env.PORT), '127.0.0.1');\n`,
  };
}

export const programSpec: SiteSpec = siteSpec({
  type: 'dynamic',
  run: { command: ['node', 'server.js'], healthPath: '/health' },
});
