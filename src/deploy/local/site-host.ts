import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type Clock, CodedError, hasCode, type Ids, type Log, Mutex } from '../../base/index.ts';
import type { OnDeployEvent } from '../deployer.ts';
import type { Applied, ApplyControl } from './control.ts';
import { LocalSite, makeSiteFolders, type SiteStatus, type SiteTools } from './local-site.ts';
import { findSandbox, type Sandbox } from './sandbox.ts';
import { nothingYet } from './content.ts';
import { SitePort } from './site-port.ts';
import { listStates, siteDir, type SiteState } from './site-state.ts';

export interface HostOptions {
  readonly dataDir: string;
  readonly firstPort: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly startLimitMs: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** How often a port that somebody has, or a release that is missing, is tried again. */
const MEND_MS = 2_000;
/** Ports looked at for a new site. */
const PORTS = 2_000;

/** Serves all local sites of a data directory. One at a time: whoever makes it holds the lock. */
export class SiteHost implements AsyncDisposable {
  readonly #options: HostOptions;
  readonly #tools: SiteTools;
  readonly #sites = new Map<string, LocalSite>();
  readonly #turns = new Map<string, Mutex>();
  readonly #portTurn = new Mutex();
  readonly #mending: Disposable;

  private constructor(options: HostOptions, sandbox: Sandbox) {
    this.#options = options;
    const { dataDir, environment, startLimitMs, clock, ids, log } = options;
    const mark = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
    this.#tools = { dataDir, environment, sandbox, mark, startLimitMs, clock, ids, log };
    this.#mending = clock.every(MEND_MS, () => this.#mend());
  }

  /** Serve what is there; a site that cannot be served says why, and the others are. */
  static async open(options: HostOptions): Promise<SiteHost> {
    const { log, environment } = options;
    const sandbox = await findSandbox(environment['PATH'] ?? '');
    if (sandbox.kind === 'none')
      log.warn('programs of sites run without a sandbox', { ...sandbox });
    const host = new SiteHost(options, sandbox);
    const states = await listStates(options.dataDir, (error) =>
      log.error('a local site is left out', { error }),
    );
    await Promise.all(states.map(async (state) => await host.#resume(state)));
    return host;
  }

  get isEmpty(): boolean {
    return this.#sites.size === 0;
  }

  /** Show a release. Repeated, it changes nothing. @throws {CodedError} `deploy.*` */
  async apply(
    { action: _action, ...wish }: ApplyControl,
    onEvent: OnDeployEvent,
    signal: AbortSignal,
  ): Promise<Applied> {
    const { session_id: sessionId } = wish;
    return await this.#turn(sessionId).run(async () => {
      signal.throwIfAborted();
      await makeSiteFolders(this.#options.dataDir, sessionId);
      const site = this.#sites.get(sessionId);
      const next = { version: 1, state: 'live', ...wish } as const;
      const sandbox = describe(this.#tools.sandbox);
      if (site !== undefined) {
        const { port, release_id: before } = site.state;
        await site.show({ ...next, port }, onEvent, signal);
        return { port, previous_release_id: before, sandbox };
      }
      const port = await this.#findPort();
      const state = { ...next, port: port.number };
      const fresh = new LocalSite(this.#tools, state, port);
      try {
        onEvent({ kind: 'site.port', text: `The site has port ${port.number}` });
        await fresh.show(state, onEvent, signal);
      } catch (error) {
        await fresh.close();
        throw error;
      }
      this.#sites.set(sessionId, fresh);
      return { port: port.number, previous_release_id: null, sandbox };
    });
  }

  /** Remove a site with everything that is kept of it; done when nothing is left. */
  async remove(sessionId: string): Promise<void> {
    await this.#turn(sessionId).run(async () => await this.#remove(sessionId));
  }

  status(sessionId: string): SiteStatus {
    return this.#sites.get(sessionId)?.status ?? { state: 'absent', reason: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#mending[Symbol.dispose]();
    // In its turn: a deployment that ends meanwhile, or a look, would begin to serve it again.
    const close = async (sessionId: string): Promise<void> => {
      await this.#sites.get(sessionId)?.close();
      this.#sites.delete(sessionId);
    };
    const all = new Set([...this.#sites.keys(), ...this.#turns.keys()]);
    await Promise.all([...all].map(async (id) => await this.#turn(id).run(() => close(id))));
  }

  async #resume(state: SiteState): Promise<void> {
    const site = new LocalSite(this.#tools, state);
    this.#sites.set(state.session_id, site);
    try {
      if (state.state === 'destroying') await this.remove(state.session_id);
      else await site.resume();
    } catch (error) {
      // The others are served all the same; this one is tried again.
      this.#options.log.error('a local site cannot be taken up', { error });
    }
  }

  async #remove(sessionId: string): Promise<void> {
    await this.#sites.get(sessionId)?.remove();
    this.#sites.delete(sessionId);
    await rm(siteDir(this.#options.dataDir, sessionId), { recursive: true, force: true });
  }

  #mend(): void {
    for (const [sessionId, site] of this.#sites) {
      if (!['broken', 'destroying'].includes(site.status.state)) continue;
      const turn = this.#turn(sessionId).run(async () => {
        // Meanwhile it may have been removed.
        if (this.#sites.get(sessionId) !== site) return;
        if (site.state.state !== 'destroying') await site.mend();
        else await this.#remove(sessionId);
      });
      turn.catch((error: unknown) =>
        this.#options.log.error('a local site cannot be mended', { error, sessionId }),
      );
    }
  }

  #turn(sessionId: string): Mutex {
    const turn = this.#turns.get(sessionId) ?? new Mutex();
    this.#turns.set(sessionId, turn);
    return turn;
  }

  /** The first port from `firstPort` on that is free and no other site's. */
  async #findPort(): Promise<SitePort> {
    const { firstPort, dataDir, log } = this.#options;
    return await this.#portTurn.run(async () => {
      const states = await listStates(dataDir, (error) => log.warn('no port known', { error }));
      const taken = new Set(states.map(({ port }) => port));
      const last = Math.min(firstPort + PORTS, 65_536);
      for (let number = firstPort; number < last; number += 1) {
        if (taken.has(number)) continue;
        try {
          return await SitePort.open(number, nothingYet);
        } catch (error) {
          if (!hasCode(error, 'deploy.port-taken')) throw error;
        }
      }
      throw new CodedError(
        'deploy.no-port',
        `No port from ${firstPort} to ${last - 1} is free for another site.`,
        {
          facts: { firstPort, last },
          todo: 'Destroy sites, or set site_first_port to other ports',
        },
      );
    });
  }
}

function describe(sandbox: Sandbox): string {
  return sandbox.kind === 'none' ? `none: ${sandbox.reason}` : sandbox.kind;
}
