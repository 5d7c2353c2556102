import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countingIds, silentLog, systemClock } from '../../src/base/index.ts';
import { makeAwsDeployer } from '../../src/deploy/aws/aws-deployer.ts';
import type { SiteSpec } from '../../src/deploy/index.ts';
import { openReleases } from '../../src/deploy/releases.ts';
import { program, programSpec, siteSpec } from '../support/aws/bench.ts';

/** Makes real resources, which cost some cents, in the account of your credentials. */
const isWanted = process.env['TMUX_BUILDER_LIVE_AWS'] === '1';
const LIMIT_MS = 60 * 60_000;

const cases: readonly (readonly [
  string,
  SiteSpec,
  (text: string) => Readonly<Record<string, string>>,
])[] = [
  ['static', siteSpec({ sessionId: 'live-static' }), (text) => ({ 'index.html': text })],
  [
    'dynamic',
    { ...programSpec, sessionId: 'live-dynamic' },
    // It answers to others than itself there.
    (text) => ({
      'server.js': program(text)['server.js']?.replace("'127.0.0.1'", "'0.0.0.0'") ?? '',
    }),
  ],
];

test.skipIf(!isWanted).for(cases)(
  'a %s site is published, changed, rolled back and destroyed in a real account',
  { timeout: LIMIT_MS },
  async ([, spec, files]) => {
    const { signal } = new AbortController();
    const dir = await mkdtemp(join(tmpdir(), 'tmux-builder-live-'));
    const deployer = makeAwsDeployer({
      dataDir: dir,
      runtimeDir: dir,
      clock: systemClock,
      log: silentLog,
      ids: countingIds(),
      environment: {},
      sizes: ['t3.micro'],
      firstPort: 8_100,
      awsProfile: process.env['TMUX_BUILDER_AWS_PROFILE'],
      awsRegion: process.env['TMUX_BUILDER_AWS_REGION'] ?? 'us-east-1',
      azureSubscription: undefined,
      azureLocation: 'eastus',
      azureFrontDoor: undefined,
      azureResourceManager: 'https://management.azure.com',
    });
    const plan = deployer.plan(spec);
    const tell = ({ kind, text }: { readonly kind: string; readonly text: string }): void =>
      void process.stderr.write(`${kind} ${text}\n`);
    const release = async (text: string) => {
      const source = join(dir, 'source');
      await mkdir(source, { recursive: true });
      for (const [name, content] of Object.entries(files(text))) {
        await writeFile(join(source, name), content);
      }
      const releases = openReleases(join(dir, 'releases'), systemClock);
      return await releases.make(source, { isStatic: spec.type === 'static' }, signal);
    };
    const shows = async (url: string, text: string): Promise<void> =>
      await expect
        .poll(async () => await (await fetch(url)).text(), { timeout: 300_000, interval: 5_000 })
        .toContain(text);
    try {
      const first = await release('release one');
      const { url } = await deployer.apply(plan, first, tell, signal);
      await shows(url, 'release one');
      await deployer.apply(plan, await release('release two'), tell, signal);
      await shows(url, 'release two');
      await deployer.rollback(plan, first, tell, signal);
      await shows(url, 'release one');
      expect(await deployer.status(plan, signal)).toMatchObject({ state: 'live' });
    } finally {
      await deployer.destroy(plan, tell, signal);
      await rm(dir, { recursive: true, force: true });
    }
    expect(await deployer.status(plan, signal)).toMatchObject({ state: 'absent' });
  },
);
