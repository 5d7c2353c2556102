import type { App } from '../app/index.ts';
import type { Clock, Ids, Log } from '../base/index.ts';
import type { Hosts } from './hosts.ts';
import type { RequestLimits } from './limits.ts';
import type { Metrics } from './metrics.ts';

/** What every part of the server works with; made once by `startServer`. */
export interface ServerContext {
  readonly app: App;
  /** Known once it listens: a port may be chosen by the system. */
  readonly hosts: Hosts;
  readonly limits: RequestLimits;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly version: string;
  /** Browsers reach it by TLS: cookies are for that alone. */
  readonly isSecure: boolean;
  readonly isBehindProxy: boolean;
  /** Refuse replies with keys that their schema does not know, in place of dropping the keys. */
  readonly isStrict: boolean;
  /** Aborts when the server begins to stop: streams end, so that their clients come back. */
  readonly draining: AbortSignal;
  /** Aborts when the time to finish requests is over. */
  readonly ended: AbortSignal;
}
