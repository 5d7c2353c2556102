import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { countingIds, type Log, systemClock } from '../../../src/base/index.ts';
import { makeAzureDeployer } from '../../../src/deploy/azure/azure-deployer.ts';
import { storageName } from '../../../src/deploy/azure/azure-names.ts';
import {
  type Deployed,
  type DeployEvent,
  type Deployer,
  type DeploymentPlan,
  deploymentName,
  type DeploySettings,
  openReleases,
  type Release,
  type SiteSpec,
} from '../../../src/deploy/index.ts';
import type { FakeAzure } from './fake-azure.ts';

export interface AzureSite {
  readonly plan: DeploymentPlan;
  readonly deployer: Deployer;
  readonly settings: DeploySettings;
  /** What was told, as JSON lines: events, log lines, errors. */
  readonly told: string[];
  readonly events: DeployEvent[];
  /** Make a release of these files; `undefined` removes one. */
  release(files: Readonly<Record<string, string | undefined>>): Promise<Release>;
  apply(release: Release, signal?: AbortSignal): Promise<Deployed>;
  destroy(signal?: AbortSignal): Promise<void>;
}

export const never = new AbortController().signal;

/** Of the sessions that tests have, so that Azurite knows their storage accounts. */
export function accountOf(sessionId: string): string {
  return storageName(deploymentName({ userGuid, sessionId }));
}

const userGuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

/** A site at the fake, with what its deployer says written down. */
export async function azureSite(
  azure: FakeAzure,
  spec: Partial<SiteSpec> & Pick<SiteSpec, 'sessionId'>,
  changes: Partial<DeploySettings> = {},
): Promise<AzureSite> {
  const dataDir = await mkdtemp(join(tmpdir(), 'site-'));
  const source = join(dataDir, 'source');
  const told: string[] = [];
  const events: DeployEvent[] = [];
  const write = (...line: readonly unknown[]): void => void told.push(JSON.stringify(line));
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const settings: DeploySettings = {
    dataDir,
    runtimeDir: dataDir,
    clock: systemClock,
    log,
    ids: countingIds(),
    environment: {},
    sizes: ['t3.micro', 'Standard_B1s', 'Standard_B2s'],
    firstPort: 8_100,
    awsProfile: undefined,
    awsRegion: 'us-east-1',
    azureLocation: 'eastus',
    azureFrontDoor: undefined,
    ...azure.settings,
    ...changes,
  };
  const deployer = makeAzureDeployer(settings);
  const plan = deployer.plan({
    provider: 'azure',
    type: 'static',
    userGuid,
    region: undefined,
    size: undefined,
    frontDoor: undefined,
    run: undefined,
    expiresAt: undefined,
    ...spec,
  });
  const onEvent = (event: DeployEvent): void => {
    events.push(event);
    write(event);
  };
  const noting = async <T>(action: Promise<T>): Promise<T> => {
    try {
      return await action;
    } catch (error) {
      told.push(everything(error));
      throw error;
    }
  };
  const releases = openReleases(
    join(dataDir, 'sites', plan.spec.sessionId, 'releases'),
    systemClock,
  );
  return {
    plan,
    deployer,
    settings,
    told,
    events,
    async release(files) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(source, path)), { recursive: true });
        if (text === undefined) await rm(join(source, path));
        else await writeFile(join(source, path), text);
      }
      return await releases.make(
        source,
        { isStatic: plan.spec.type === 'static', within: source },
        never,
      );
    },
    apply: async (release, signal = never) =>
      await noting(deployer.apply(plan, release, onEvent, signal)),
    destroy: async (signal = never) => await noting(deployer.destroy(plan, onEvent, signal)),
  };
}

/** An error with all that hangs on it, as a careless log would write it. */
function everything(error: unknown): string {
  const seen = new Set<unknown>();
  const lines: string[] = [];
  for (let one: unknown = error; one instanceof Error && !seen.has(one); one = one.cause) {
    seen.add(one);
    lines.push(String(one.stack), JSON.stringify(one), JSON.stringify(Object.entries(one)));
  }
  return lines.join('\n');
}
