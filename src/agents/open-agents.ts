import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type Clock,
  exists,
  findExecutable,
  hasCode,
  type Log,
  writeFileAtomic,
} from '../base/index.ts';
import {
  connectTmuxServer,
  isPaneId,
  type PaneId,
  startTmuxServer,
  type TerminalSize,
  type TmuxServer,
} from '../tmux/index.ts';
import type { Adapter, Launch } from './adapter.ts';
import type {
  Agent,
  AgentAddress,
  AgentInstallation,
  AgentOutcome,
  AgentRequest,
  Agents,
  Explanation,
  Usage,
} from './agent.ts';
import { endAgent, RUN_MARK, RUN_VARIABLE } from './clear.ts';
import { NotPersistentError, UnknownAgentError } from './errors.ts';
import { conclude, learn, nothingKnown } from './evidence.ts';
import { explain } from './explain.ts';
import { ExchangeReader } from './exchange-reader.ts';
import { askArgv, eventsLink, hookArgv, readEvents, repliesDir } from './hook-spool.ts';
import { LiveAgent } from './live-agent.ts';
import { lookAtAgent } from './look-at-agent.ts';
import type { Prices } from './prices.ts';
import { turnPolicy } from './policy-file.ts';
import { recorderArgv } from './recorder.ts';
import { runnerArgv } from './runner.ts';
import { readUsage } from './usage.ts';

export interface AgentsOptions {
  readonly adapters: readonly Adapter[];
  readonly clock: Clock;
  readonly log: Log;
  /** Our own environment: where tmux and the CLIs are looked for. */
  readonly environment: Readonly<Record<string, string>>;
  /** Default: what the tmux library takes, 200 by 50 with 5,000 rows of history. */
  readonly terminal?: TerminalSize & { readonly historyRows: number };
  /** Default: `tmux` on the PATH of `environment`. */
  readonly tmuxPath?: string;
  /** What the recording of one agent may take. Default: 64 MB. */
  readonly recordingBytes?: number;
  /** How long a busy agent may show no sign of work. Default 10 minutes. */
  readonly stallMs?: number;
  /** What models cost. Default: none has a price, so that no cost is known. */
  readonly prices?: Prices;
}

const STALL_MS = 10 * 60_000;
const LOOK_DEADLINE_MS = 3_000;
const RECORDING_BYTES = 64e6;

/** An agent of which nothing else is known gets this long to end. */
const CLEAR_GRACE_MS = 1_000;

/** A server that is to end anyway is not waited for as long as one that is to serve. */
const END_DEADLINE_MS = 2_000;

/** Make the agents that these adapters know. Holds nothing open itself. */
export function openAgents(options: AgentsOptions): Agents {
  return new OpenAgents(options);
}

class OpenAgents implements Agents {
  readonly #options: AgentsOptions;
  readonly #adapters: ReadonlyMap<string, Adapter>;

  constructor(options: AgentsOptions) {
    this.#options = options;
    this.#adapters = new Map(options.adapters.map((adapter) => [adapter.name, adapter]));
  }

  get names(): readonly string[] {
    return [...this.#adapters.keys()];
  }

  async detect(name: string, signal: AbortSignal): Promise<AgentInstallation> {
    const adapter = this.#adapter(name);
    const found = await adapter.detect(this.#options.environment, signal);
    return { ...found, tellsUsage: adapter.usage !== undefined };
  }

  async start(request: AgentRequest, signal: AbortSignal): Promise<Agent> {
    const adapter = this.#adapter(request.adapter);
    if (request.mode === 'persistent' && adapter.doneBy === 'exit') {
      throw new NotPersistentError(adapter.name);
    }
    const launch = await adapter.launch(request, { hookArgv, askArgv }, signal);
    const socketDir = dirname(request.socketPath);
    if (await exists(socketDir)) await this.clear(request, signal);
    await mkdir(socketDir, { recursive: true, mode: 0o700 });
    // The mode of mkdir is cut by the umask, and a directory may have been there.
    await chmod(socketDir, 0o700);
    await mkdir(repliesDir(request.homeDir), { recursive: true });
    await writeFiles(launch);
    const { clock, log } = this.#options;
    const startedAt = clock.now();
    const server = await this.#startServer(request, launch, signal);
    const pane = server.firstPane ?? server.pane('%0');
    return new LiveAgent({ ...this.#own, adapter, request, server, pane, clock, log, startedAt });
  }

  async adopt(
    request: AgentRequest,
    address: AgentAddress | undefined,
    signal: AbortSignal,
  ): Promise<Agent | undefined> {
    const adapter = this.#adapter(request.adapter);
    const server = await this.#connect(request, signal);
    if (server === undefined) return undefined;
    try {
      const pane = await findPane(server, address, signal);
      if (pane === undefined) {
        await server[Symbol.asyncDispose]();
        return undefined;
      }
      await turnPolicy(request);
      const { clock, log } = this.#options;
      const startedAt = pane.startedAt;
      return new LiveAgent({
        ...this.#own,
        adapter,
        request,
        server,
        pane: server.pane(pane.id),
        clock,
        log,
        startedAt,
      });
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  async review(request: AgentRequest, _signal: AbortSignal): Promise<AgentOutcome | undefined> {
    const adapter = this.#adapter(request.adapter);
    const nothing = nothingKnown(0, request.mode);
    const now = this.#options.clock.now();
    const sightings = await new ExchangeReader(adapter, request).read(now);
    const outcome = conclude(sightings.reduce(learn, nothing), adapter.doneBy);
    return outcome?.kind === 'exited' ? { ...outcome, screen: [] } : outcome;
  }

  async explain(request: AgentRequest, signal: AbortSignal): Promise<Explanation> {
    const adapter = this.#adapter(request.adapter);
    const { tmuxPath, socketPath } = await this.#serverOptions(request.socketPath);
    const tmux = { tmuxPath, socketPath, paneId: '%0', deadlineMs: LOOK_DEADLINE_MS } as const;
    const now = this.#options.clock.now();
    const sightings = await lookAtAgent({ adapter, request, tmux, now }, signal);
    return explain(sightings.reduce(learn, nothingKnown(request.exchange.since, request.mode)));
  }

  async usage(request: AgentRequest, signal: AbortSignal): Promise<Usage | undefined> {
    const adapter = this.#adapter(request.adapter);
    return await readUsage({ adapter, request, prices: this.#own.prices }, signal);
  }

  async findConversation(request: AgentRequest, signal: AbortSignal): Promise<string | undefined> {
    const adapter = this.#adapter(request.adapter);
    if (adapter.findConversation === undefined) return undefined;
    const events = await readEvents(request.exchange.eventsDir);
    return await adapter.findConversation(request, events, signal);
  }

  async clear(
    request: Pick<AgentRequest, 'socketPath' | 'runId'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#options;
    const server = await this.#connectToEnd(request, signal);
    await endAgent(server, { request, clock, graceMs: CLEAR_GRACE_MS }, signal);
  }

  get #own(): { readonly stallMs: number; readonly prices: Prices } {
    const { stallMs = STALL_MS, prices = new Map() } = this.#options;
    return { stallMs, prices };
  }

  async #recorder(dir: string): Promise<readonly [string, ...string[]]> {
    const { environment, recordingBytes: limitBytes = RECORDING_BYTES } = this.#options;
    return await recorderArgv({ dir, limitBytes, environment });
  }

  #adapter(name: string): Adapter {
    const adapter = this.#adapters.get(name);
    if (adapter === undefined) throw new UnknownAgentError(name, this.names);
    return adapter;
  }

  async #startServer(
    request: AgentRequest,
    launch: Launch,
    signal: AbortSignal,
  ): Promise<TmuxServer> {
    const { runId, homeDir } = request;
    const { terminal } = this.#options;
    return await startTmuxServer(
      {
        ...(await this.#serverOptions(request.socketPath)),
        // The server's own environment, not flags: tmux limits a command line to 16 KiB.
        environment: {
          ...request.environment,
          ...launch.environment,
          [RUN_VARIABLE]: runId,
          TMUX_BUILDER_EVENTS: eventsLink(homeDir),
          TMUX_BUILDER_REPLIES: repliesDir(homeDir),
        },
        ...(terminal === undefined ? {} : { size: terminal, historyRows: terminal.historyRows }),
        marks: { [RUN_MARK]: runId },
        firstSession: {
          name: 'agent',
          command: runnerArgv(homeDir, launch.argv),
          directory: request.directory,
          stream: { recorder: await this.#recorder(homeDir) },
        },
      },
      signal,
    );
  }

  /** Connect to the server of this run; undefined when it is gone or another one is there. */
  async #connect(
    { socketPath, runId }: Pick<AgentRequest, 'socketPath' | 'runId'>,
    signal: AbortSignal,
    limits: { readonly deadlineMs?: number } = {},
  ): Promise<TmuxServer | undefined> {
    if (!(await exists(socketPath))) return undefined;
    let server: TmuxServer;
    try {
      const options = { ...(await this.#serverOptions(socketPath)), ...limits };
      server = await connectTmuxServer(options, signal);
    } catch (error) {
      if (hasCode(error, 'tmux.server-gone')) return undefined;
      throw error;
    }
    try {
      if ((await server.findMark(RUN_MARK, signal)) === runId) return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    await server[Symbol.asyncDispose]();
    return undefined;
  }

  /** One that does not answer is ended like any other process that carries the run id. */
  async #connectToEnd(
    request: Pick<AgentRequest, 'socketPath' | 'runId'>,
    signal: AbortSignal,
  ): Promise<TmuxServer | undefined> {
    try {
      return await this.#connect(request, signal, { deadlineMs: END_DEADLINE_MS });
    } catch (error) {
      const isSilent =
        hasCode(error, 'tmux.server-unresponsive') || hasCode(error, 'tmux.connection-lost');
      if (isSilent) return undefined;
      throw error;
    }
  }

  async #serverOptions(socketPath: string): Promise<{
    clock: Clock;
    socketPath: string;
    tmuxPath: string;
    environment: Readonly<Record<string, string>>;
  }> {
    const { clock, environment, tmuxPath } = this.#options;
    const found = tmuxPath ?? (await findExecutable('tmux', environment)) ?? 'tmux';
    return { clock, socketPath, tmuxPath: found, environment };
  }
}

async function findPane(
  server: TmuxServer,
  address: AgentAddress | undefined,
  signal: AbortSignal,
): Promise<{ readonly id: PaneId; readonly startedAt: number } | undefined> {
  const { pid, startTime } = server.generation;
  const isSame =
    address === undefined || (address.server.pid === pid && address.server.startTime === startTime);
  if (!isSame) return undefined;
  const { sessions } = await server.snapshot(signal);
  const panes = sessions.flatMap(({ windows }) => windows.flatMap((window) => window.panes));
  const wanted = address?.paneId ?? panes[0]?.id ?? '';
  const found = panes.find(({ id }) => id === wanted && isPaneId(id));
  return found && { id: found.id, startedAt: server.generation.startedAt * 1000 };
}

async function writeFiles({ files }: Launch): Promise<void> {
  for (const { path, content, mode = 0o600 } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, content, { durable: false, mode });
  }
}
