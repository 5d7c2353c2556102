import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type Clock,
  CodedError,
  endProcesses,
  findByEnvironment,
  findEnvironmentValues,
  findProcessTree,
  hasCode,
  type Ids,
  type Log,
  makeDirectory,
  systemCode,
  writeFileAtomic,
} from '../../base/index.ts';
import type { DeploymentState, OnDeployEvent } from '../deployer.ts';
import type { Release } from '../release.ts';
import { openReleases } from '../releases.ts';
import { MARK } from './child.ts';
import { nothingYet } from './content.ts';
import { Program } from './program.ts';
import type { Sandbox } from './sandbox.ts';
import { readSiteLog, SiteLog } from './site-log.ts';
import { SitePort } from './site-port.ts';
import { siteDir, type SiteState, writeState } from './site-state.ts';
import { staticContent } from './static-content.ts';

export interface SiteTools {
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  /** Begins the marks of all programs of this data directory. */
  readonly mark: string;
  readonly startLimitMs: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface SiteStatus {
  readonly state: DeploymentState;
  readonly reason: string | undefined;
}

/** Lines of its log that the error of an unhealthy program shows. */
const TOLD_LINES = 15;
const TOLD_CHARACTERS = 2_000;

/** One site of the site host: its port, and what is shown there. */
export class LocalSite {
  readonly #tools: SiteTools;
  readonly #dir: string;
  readonly #siteLog: SiteLog;
  #state: SiteState;
  #port: SitePort | undefined;
  #program: Program | undefined;
  #problem: string | undefined;
  #isShown = false;

  constructor(tools: SiteTools, state: SiteState, port?: SitePort) {
    this.#tools = tools;
    this.#state = state;
    this.#port = port;
    this.#dir = siteDir(tools.dataDir, state.session_id);
    this.#siteLog = new SiteLog(join(this.#dir, 'site.log'), tools.clock);
  }

  get state(): SiteState {
    return this.#state;
  }

  get status(): SiteStatus {
    const notShown = this.#isShown ? undefined : 'it is not served yet';
    const reason = this.#problem ?? this.#program?.problem ?? notShown;
    if (this.#state.state === 'destroying') return { state: 'destroying', reason };
    if (reason === undefined) return { state: 'live', reason };
    return { state: this.#program?.isStarting === true ? 'deploying' : 'broken', reason };
  }

  /** Take up what the state says after a start of the host; what fails is tried again by `mend`. */
  async resume(): Promise<void> {
    await this.#endStrays();
    await this.mend();
  }

  /** Try again what could not be done: the port, the release. Nothing is thrown. */
  async mend(): Promise<void> {
    if (this.#isShown) return;
    try {
      this.#port ??= await SitePort.open(this.#state.port, nothingYet);
      const release = await this.#release(this.#state.release_id);
      // It answers 503 until it is healthy, and begins again by itself.
      this.#program =
        this.#state.type === 'dynamic' ? this.#start(this.#state, release) : undefined;
      this.#port.show(this.#program ?? staticContent(release, this.#tools.log));
      this.#isShown = true;
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.#problem = error.message;
    }
  }

  /**
   * Show what `next` says. What was shown before is shown until the new one is ready, and stays
   * when it does not become so.
   *
   * @throws {CodedError} `deploy.unhealthy`, `deploy.no-release`, `deploy.port-taken`
   */
  async show(next: SiteState, onEvent: OnDeployEvent, signal: AbortSignal): Promise<void> {
    const release = await this.#release(next.release_id);
    if (this.#isSame(next)) return;
    this.#port ??= await SitePort.open(next.port, nothingYet);
    const program = next.type === 'dynamic' ? this.#start(next, release) : undefined;
    try {
      if (program !== undefined) {
        onEvent({ kind: 'app.starting', text: `Starting ${JSON.stringify(next.run?.command)}` });
        await program.untilHealthy(signal);
        onEvent({ kind: 'app.healthy', text: `The program answers ${next.run?.health_path}` });
      }
      await writeState(this.#tools.dataDir, next);
    } catch (error) {
      await program?.close({ isDrained: false });
      throw await this.#withOutput(error);
    }
    const before = this.#program;
    this.#state = next;
    this.#program = program;
    this.#problem = undefined;
    this.#isShown = true;
    this.#port.show(program ?? staticContent(release, this.#tools.log));
    onEvent({ kind: 'site.switched', text: `Release ${next.release_id} is live` });
    await this.#siteLog.note(`release ${next.release_id} is live`);
    await before?.close({ isDrained: true });
    if (before !== undefined)
      onEvent({ kind: 'app.ended', text: 'The program before it has ended' });
  }

  /** Remove everything of the site; what a kill leaves is removed by the next host. */
  async remove(): Promise<void> {
    this.#state = { ...this.#state, state: 'destroying' };
    await writeState(this.#tools.dataDir, this.#state);
    await this.close();
    await this.#endStrays();
    await rm(join(this.#dir, 'releases'), { recursive: true, force: true });
    await rm(join(this.#dir, 'data'), { recursive: true, force: true });
    await rm(this.#dir, { recursive: true, force: true });
  }

  /** Stop serving it, and give its port back. */
  async close(): Promise<void> {
    await this.#program?.close({ isDrained: false });
    await this.#port?.[Symbol.asyncDispose]();
    this.#program = undefined;
    this.#port = undefined;
    this.#isShown = false;
  }

  #isSame(next: SiteState): boolean {
    const isRight = this.#isShown && this.#problem === undefined;
    return isRight && this.#program?.isGivenUp !== true && isDeepStrictEqual(next, this.#state);
  }

  async #release(id: string): Promise<Release> {
    return await openReleases(join(this.#dir, 'releases'), this.#tools.clock).get(id);
  }

  #start({ run, session_id: sessionId }: SiteState, release: Release): Program {
    const { sandbox, mark, environment, startLimitMs, clock, ids, log } = this.#tools;
    return new Program({
      run: { command: run?.command ?? [], healthPath: run?.health_path ?? '/' },
      siteDir: release.dir,
      dataDir: join(this.#dir, 'data'),
      sandbox,
      environment,
      mark: `${mark}:${sessionId}`,
      startLimitMs,
      siteLog: this.#siteLog,
      clock,
      ids,
      log,
      onStart: async (identity) => {
        await writeFileAtomic(join(this.#dir, 'program.json'), JSON.stringify(identity), {
          durable: false,
          mode: 0o600,
        });
      },
    });
  }

  /** End what programs a host that was killed left running. */
  async #endStrays(): Promise<void> {
    const options = { clock: this.#tools.clock, graceMs: 0 };
    const { signal } = new AbortController();
    const prefix = `${this.#tools.mark}:${this.#state.session_id}:`;
    const marked = findEnvironmentValues(MARK, prefix).flatMap((value) =>
      findByEnvironment(MARK, value),
    );
    const known = await readIdentity(join(this.#dir, 'program.json'));
    const tree = known === undefined ? [] : await findProcessTree(known);
    await endProcesses([...marked, ...tree], options, signal);
  }

  async #withOutput(error: unknown): Promise<unknown> {
    if (!hasCode(error, 'deploy.unhealthy')) return error;
    const lines = await readSiteLog(join(this.#dir, 'site.log'), TOLD_LINES);
    const text = lines.join('\n').slice(-TOLD_CHARACTERS);
    return new CodedError('deploy.unhealthy', `${error.message} Its log ends with:\n${text}`, {
      facts: { lines },
      cause: error,
      todo: 'Correct the site, then redeploy it; what was live before still is',
    });
  }
}

/** Make what a site needs beside its releases. */
export async function makeSiteFolders(dataDir: string, sessionId: string): Promise<void> {
  await makeDirectory(join(siteDir(dataDir, sessionId), 'data'), 0o700);
}

async function readIdentity(
  path: string,
): Promise<{ readonly pid: number; readonly startTime: string } | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof found !== 'object' || found === null) return undefined;
    if (!('pid' in found) || !('startTime' in found)) return undefined;
    const { pid, startTime } = found;
    return typeof pid === 'number' && typeof startTime === 'string'
      ? { pid, startTime }
      : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
