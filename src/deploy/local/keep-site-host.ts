import type { DeploySettings } from '../settings.ts';
import { ensureSiteHost } from './ensure-site-host.ts';

/** How long local sites may be away before somebody looks. */
const LOOK_MS = 5_000;

/**
 * Have the site host run as long as there are local sites, also when it is killed, until disposed;
 * the host itself goes on then. For whoever runs for long: a server, a worker.
 */
export function keepSiteHost(settings: DeploySettings): AsyncDisposable {
  const { clock, log } = settings;
  const stop = new AbortController();
  let looking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    try {
      await ensureSiteHost(settings, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) log.error('local sites are not served', { error });
    } finally {
      looking = undefined;
    }
  };
  looking = look();
  const timer = clock.every(LOOK_MS, () => {
    looking ??= look();
  });
  return {
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]();
      stop.abort(new Error('the keeper of the site host was closed'));
      await looking;
    },
  };
}
