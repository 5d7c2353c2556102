import type { Clock, Ids, Log } from '../base/index.ts';
import type { AzureSettings } from './azure/azure-settings.ts';

/** Where clouds are reached instead of at their public addresses: loopback stand-ins of tests. */
export interface DeployEndpoints {
  /** Base URL of every AWS service. */
  readonly aws?: string;
}

/** What deployers need to know, whatever the site is. */
export interface DeploySettings {
  /** `sites/<session_id>/` in it holds what we keep of each site. */
  readonly dataDir: string;
  /** Private to this user and to one data directory, and short: sockets lie in it. */
  readonly runtimeDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly ids: Ids;
  /** Variables that programs of local sites may have: `PATH` and the language, no secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Machines that dynamic sites may have in a cloud, smallest first. */
  readonly sizes: readonly string[];
  /** Port of the first local site; the next ones get free ports after it. */
  readonly firstPort: number;
  readonly awsProfile: string | undefined;
  readonly awsRegion: string;
  readonly azureSubscription: string | undefined;
  readonly azureLocation: string;
  /** Resource id of the Front Door profile that sites share; undefined makes one. */
  readonly azureFrontDoor: string | undefined;
  readonly azureResourceManager: string;
  readonly endpoints?: DeployEndpoints;
  readonly azure?: AzureSettings;
  /** How long the program of a local site may take to be healthy; left out: 30 s. */
  readonly startLimitMs?: number;
}
