import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { type App, openApp } from '../../../src/app/index.ts';
import { type Log, randomIds, silentLog, systemClock } from '../../../src/base/index.ts';
import type { Role } from '../../../src/contract/index.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../../src/server/index.ts';

export interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookie?: string | undefined;
  readonly token?: string | undefined;
  /** Sent as JSON; `raw` as it is. */
  readonly body?: unknown;
  readonly raw?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly password: string;
  /** Of a login. */
  readonly cookie: string;
}

export const PASSWORD = 'nine lives of a cat';

/** An App on a directory of its own, and a server of it on a free port. */
export class TestServer implements AsyncDisposable {
  readonly app: App;
  readonly server: RunningServer;
  readonly dataDir: string;
  readonly #resources: AsyncDisposableStack;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #secureAgent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });

  private constructor(app: App, server: RunningServer, resources: AsyncDisposableStack) {
    this.app = app;
    this.server = server;
    this.dataDir = app.config.dataDir;
    this.#resources = resources;
  }

  static async open(options: Partial<ServerOptions> = {}): Promise<TestServer> {
    await using resources = new AsyncDisposableStack();
    const dataDir = join(tmpdir(), `server-${randomUUID()}`);
    const app = resources.use(await openApp({ dataDir, log: options.log ?? silentLog }));
    const server = resources.use(await startServer(app, optionsFor(options)));
    return new TestServer(app, server, resources.move());
  }

  get url(): string {
    return this.server.url;
  }

  /** Ask, as a program does; with a cookie as our page does. */
  async ask(method: string, path: string, asked: Asked = {}): Promise<Reply> {
    const response = await this.open(method, path, asked);
    const body = await text(response);
    const { statusCode: status = 0, headers } = response;
    return { status, headers, text: body, json: asJson(body) };
  }

  /** The same without waiting for the body. */
  async open(method: string, path: string, asked: Asked = {}): Promise<http.IncomingMessage> {
    const { headers = {}, cookie, token, body, raw, signal } = asked;
    const isSecure = this.url.startsWith('https:');
    const request = (isSecure ? https : http).request(`${this.url}${path}`, {
      method,
      agent: isSecure ? this.#secureAgent : this.#agent,
      headers: {
        ...(cookie !== undefined && { cookie: `tbl=${cookie}`, origin: this.url }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(signal !== undefined && { signal }),
    });
    // A server that answers early may close while the rest is sent.
    request.on('error', () => {});
    request.end(raw ?? (body === undefined ? undefined : JSON.stringify(body)));
    const [response] = await once(request, 'response');
    return response;
  }

  /** The first admin, by the link of the first start. */
  async makeAdmin(): Promise<Person> {
    const link = (await this.app.accounts.firstAdminLink()) ?? '';
    return await this.#accept(link, 'root');
  }

  async makePerson(name: string, role: Role): Promise<Person> {
    const invited = await this.app.accounts.createUser('owner', { name, role });
    return await this.#accept(invited.invitation_path, name, undefined);
  }

  async makeToken(name: string, role: Role, sessionId?: string): Promise<string> {
    const wish = { name: 'test', role, ...(sessionId !== undefined && { session_id: sessionId }) };
    return (await this.app.accounts.createTokenFor(name, wish)).token;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    this.#secureAgent.destroy();
    await this.#resources.disposeAsync();
  }

  async #accept(link: string, name: string, chosen: string | undefined = name): Promise<Person> {
    const code = link.split('#').at(-1) ?? '';
    const wish = { code, password: PASSWORD, ...(chosen !== undefined && { name: chosen }) };
    const { secret, me } = await this.app.accounts.acceptInvitation(wish);
    return { userId: me.user.user_id, name, password: PASSWORD, cookie: secret };
  }
}

const plenty = { logins: 1e6, reads: 1e6, writes: 1e6 };

export function optionsFor(options: Partial<ServerOptions> = {}): ServerOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    origins: [],
    tls: undefined,
    isBehindProxy: false,
    rates: plenty,
    dashboardDir: '/nonexistent',
    version: '1.2.3',
    isStrict: true,
    clock: systemClock,
    ids: randomIds(systemClock),
    log: silentLog,
    ...options,
  };
}

/** A log that is kept for a test to read. */
export function keptLog(): { readonly log: Log; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const at =
    (level: string) =>
    (text: string, facts: object = {}) => {
      lines.push({ level, text, ...facts });
    };
  return {
    lines,
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
  };
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
