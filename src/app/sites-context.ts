import { findBrowser } from '../checks/index.ts';
import {
  type Deployer,
  type DeploySettings,
  ensureSiteHost,
  loadDeployer,
  type Provider,
} from '../deploy/index.ts';
import type { Work } from '../pipeline/index.ts';
import type { AppContext } from './context.ts';

/** What the use cases of sites work with. */
export interface SitesContext {
  readonly app: AppContext;
  /** Loaded when it is first asked for. */
  readonly deployer: (provider: Provider) => Promise<Deployer>;
  /** Undefined: there is none here. @throws {CodedError} `checks.no-browser`. */
  readonly findBrowser: () => Promise<string | undefined>;
  /** Serve the local sites again that are not served, as after a reboot. */
  readonly serveLocal: (signal: AbortSignal) => Promise<void>;
  /** What is done in the steps instead of the real work; for tests. */
  readonly work?: Work;
}

export function openSites(app: AppContext): SitesContext {
  const loading = new Map<Provider, Promise<Deployer>>();
  const settings = settingsOf(app);
  return {
    app,
    deployer: async (provider) => {
      const known = loading.get(provider);
      if (known !== undefined) return await known;
      const deployer = loadDeployer(provider, settings);
      loading.set(provider, deployer);
      // What was missing may be there the next time.
      deployer.catch(() => loading.delete(provider));
      return await deployer;
    },
    serveLocal: async (signal) => await ensureSiteHost(settings, signal),
    findBrowser: async () => {
      const { browserPath } = app.config;
      return await findBrowser({ browserPath, searchPath: app.agentEnvironment['PATH'] ?? '' });
    },
  };
}

function settingsOf({
  config,
  clock,
  log,
  ids,
  runtimeDir,
  agentEnvironment,
}: AppContext): DeploySettings {
  const own = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ'];
  const variables = Object.entries(agentEnvironment).filter(([name]) => own.includes(name));
  return {
    dataDir: config.dataDir,
    runtimeDir,
    clock,
    log,
    ids,
    environment: Object.fromEntries(variables),
    sizes: config.siteSizes,
    firstPort: config.siteFirstPort,
    awsProfile: config.awsProfile,
    awsRegion: config.awsRegion,
    azureSubscription: config.azureSubscription,
    azureLocation: config.azureLocation,
    azureFrontDoor: config.azureFrontDoor,
    azureResourceManager: config.azureResourceManager,
  };
}
