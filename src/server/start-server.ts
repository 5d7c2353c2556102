import type { FastifyInstance } from 'fastify';
import type { App } from '../app/index.ts';
import type { Clock, Ids, Log } from '../base/index.ts';
import type { ServerContext } from './context.ts';
import { makeHandlers } from './handlers.ts';
import { Hosts, inUrl } from './hosts.ts';
import { makeHttpServer, type Tls } from './http-server.ts';
import { RequestLimits, type RequestRates } from './limits.ts';
import { listen } from './listen.ts';
import { Metrics } from './metrics.ts';
import { registerPages } from './pages.ts';
import { registerRoutes } from './register-routes.ts';
import { ServerStoppingError } from './request-errors.ts';
import { openTerminalSockets } from './terminal-socket.ts';
import { TrackedSockets } from './tracked-sockets.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** More origins under which browsers reach it: `https://agents.example.org`. */
  readonly origins: readonly string[];
  readonly tls: Tls | undefined;
  /** A proxy in front of it speaks TLS with browsers, and tells where requests come from. */
  readonly isBehindProxy: boolean;
  readonly rates: RequestRates;
  /** Where the built dashboard lies; it may be missing. */
  readonly dashboardDir: string;
  readonly version: string;
  /** For tests: a reply with more than its shape is a fault. */
  readonly isStrict: boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Disposed it ends at once. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** Where a browser of this machine finds it: `http://127.0.0.1:8000`. */
  readonly url: string;
  /**
   * Stop in order: take no new connections, send clients of streams and sockets away so that they
   * come back, and finish requests for at most `limitMs`.
   */
  drain(limitMs: number): Promise<void>;
}

/**
 * Serve the API and the dashboard of an App, which stays the caller's.
 *
 * @throws {CodedError} `server.port-taken`, `server.cannot-listen`, `server.bad-tls`
 */
export async function startServer(app: App, options: ServerOptions): Promise<RunningServer> {
  const running = new Running(app, options);
  try {
    await running.start();
    return running;
  } catch (error) {
    await running[Symbol.asyncDispose]();
    throw error;
  }
}

class Running implements RunningServer {
  readonly #options: ServerOptions;
  readonly #app: App;
  readonly #draining = new AbortController();
  readonly #ended = new AbortController();
  readonly #server: FastifyInstance;
  readonly #context: ServerContext;
  readonly #sockets: TrackedSockets;
  #port = 0;
  #closed: Promise<void> | undefined;

  constructor(app: App, options: ServerOptions) {
    this.#app = app;
    this.#options = options;
    this.#context = this.#makeContext();
    this.#server = makeHttpServer(this.#context, options.tls);
    this.#sockets = new TrackedSockets(this.#server.server);
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const { host, tls } = this.#options;
    const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
    return `${tls === undefined ? 'http' : 'https'}://${inUrl(name)}:${this.#port}`;
  }

  async start(): Promise<void> {
    const { host, port } = this.#options;
    await registerRoutes(this.#server, this.#context, makeHandlers(this.#context));
    registerPages(this.#server, this.#context, this.#options);
    openTerminalSockets(this.#server.server, this.#context);
    this.#port = await listen(this.#server, { host, port });
  }

  async drain(limitMs: number): Promise<void> {
    this.#draining.abort(new ServerStoppingError());
    const limit = this.#options.clock.deadline(limitMs, new ServerStoppingError());
    limit.signal.addEventListener('abort', () => this.#end(), { once: true });
    const closed = this.#close();
    this.#sockets.destroySilent();
    await closed;
    limit[Symbol.dispose]();
    this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#draining.abort(new ServerStoppingError());
    this.#end();
    await this.#close();
  }

  #end(): void {
    this.#ended.abort(new ServerStoppingError());
    this.#sockets.destroy();
  }

  async #close(): Promise<void> {
    this.#closed ??= this.#server.close();
    await this.#closed;
  }

  #makeContext(): ServerContext {
    const { host, origins, tls, isBehindProxy, rates, clock, ids, log } = this.#options;
    const isSecure = tls !== undefined || isBehindProxy;
    const port = (): number => this.#port;
    let hosts: Hosts | undefined;
    return {
      app: this.#app,
      get hosts() {
        hosts ??= new Hosts({ port: port(), isSecure: tls !== undefined, host, origins });
        return hosts;
      },
      limits: new RequestLimits(rates, clock),
      metrics: new Metrics({ app: this.#app, clock }),
      clock,
      ids,
      log,
      version: this.#options.version,
      isSecure,
      isBehindProxy,
      isStrict: this.#options.isStrict,
      draining: this.#draining.signal,
      ended: this.#ended.signal,
    };
  }
}
