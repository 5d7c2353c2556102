/**
 * A smoke test against a real subscription, which costs money: see docs/deploy-azure.md. It runs
 * by `node --test` alone, with TMUX_BUILDER_LIVE_AZURE=1, and is no part of script/test.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { randomIds, silentLog, systemClock } from '../../src/base/index.ts';
import {
  type DeployEvent,
  loadDeployer,
  openReleases,
  type Release,
  type SiteSpec,
} from '../../src/deploy/index.ts';

const { env } = process;
const isAsked = env['TMUX_BUILDER_LIVE_AZURE'] === '1';
const never = new AbortController().signal;

const server = (word: string): string =>
  `require('node:http').createServer((request, response) => response.end('${word}')).listen(process.env.PORT);`;

const kinds = [
  { type: 'static', file: 'index.html', text: (word: string): string => word },
  { type: 'dynamic', file: 'server.js', text: server },
] as const;

for (const { type, file, text } of kinds) {
  const skip = isAsked ? false : 'TMUX_BUILDER_LIVE_AZURE=1 is not set';
  void test(
    `a ${type} site at Azure is made, changed, brought back and destroyed`,
    { skip },
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'live-azure-'));
      const deployer = await loadDeployer('azure', {
        dataDir,
        runtimeDir: dataDir,
        clock: systemClock,
        log: silentLog,
        ids: randomIds(systemClock),
        environment: {},
        sizes: [env['TMUX_BUILDER_LIVE_SIZE'] ?? 'Standard_B1s'],
        firstPort: 8_100,
        awsProfile: undefined,
        awsRegion: 'us-east-1',
        azureSubscription: env['TMUX_BUILDER_AZURE_SUBSCRIPTION'],
        azureLocation: env['TMUX_BUILDER_AZURE_LOCATION'] ?? 'eastus',
        azureFrontDoor: undefined,
        azureResourceManager: 'https://management.azure.com',
      });
      const spec: SiteSpec = {
        provider: 'azure',
        type,
        userGuid: randomUUID(),
        sessionId: randomUUID(),
        region: undefined,
        size: undefined,
        frontDoor: 'none',
        run: { command: ['node', 'server.js'], healthPath: '/' },
        expiresAt: systemClock.now() + 2 * 3_600_000,
      };
      const plan = deployer.plan(spec);
      const tell = ({ text: line }: DeployEvent): void => console.error(line);
      const source = join(dataDir, 'source');
      const releases = openReleases(
        join(dataDir, 'sites', spec.sessionId, 'releases'),
        systemClock,
      );
      const release = async (word: string): Promise<Release> => {
        await writeFile(join(source, file), text(word));
        return await releases.make(source, { isStatic: type === 'static', within: source }, never);
      };
      const shows = async (url: string, word: string): Promise<void> => {
        assert.equal(await (await fetch(url, { cache: 'no-store' })).text(), word);
      };
      try {
        await mkdir(source);
        const one = await release('one');
        const { url } = await deployer.apply(plan, one, tell, never);
        await shows(url, 'one');
        await deployer.apply(plan, await release('two'), tell, never);
        await shows(url, 'two');
        await deployer.rollback(plan, one, tell, never);
        await shows(url, 'one');
        assert.equal((await deployer.status(plan, never)).state, 'live');
      } finally {
        await deployer.destroy(plan, tell, never);
        await rm(dataDir, { recursive: true, force: true });
      }
      assert.equal((await deployer.status(plan, never)).state, 'absent');
    },
  );
}
