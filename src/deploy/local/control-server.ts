import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Log, CodedError, exists } from '../../base/index.ts';
import type { OnDeployEvent } from '../deployer.ts';
import { type Control, control, protocol, type Reply } from './control.ts';
import type { SiteHost } from './site-host.ts';

const BODY_BYTES = 1_000_000;

export interface ControlOptions {
  readonly socketPath: string;
  readonly host: SiteHost;
  readonly log: Log;
  /** Somebody asked for the end. */
  readonly onStop: () => void;
}

/** The socket by which commands speak to the site host; only this user may open it. */
export class ControlServer implements AsyncDisposable {
  readonly #options: ControlOptions;
  readonly #server = createServer();
  #calls = 0;

  private constructor(options: ControlOptions) {
    this.#options = options;
    // A deployment takes as long as it takes.
    this.#server.requestTimeout = 0;
    this.#server.on('request', (request, response) => {
      this.#calls += 1;
      response.once('close', () => (this.#calls -= 1));
      void this.#answer(request, response);
    });
  }

  /** What a dead host left at the path is removed. */
  static async open(options: ControlOptions): Promise<ControlServer> {
    const server = new ControlServer(options);
    await rm(options.socketPath, { force: true });
    server.#server.listen({ path: options.socketPath });
    await once(server.#server, 'listening');
    await chmod(options.socketPath, 0o600);
    return server;
  }

  get isIdle(): boolean {
    return this.#calls === 0;
  }

  /** False: somebody who cleans temporary files removed the socket, and nobody can reach us. */
  async isReachable(): Promise<boolean> {
    return await exists(this.#options.socketPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (line: Reply): void => void response.write(`${JSON.stringify(line)}\n`);
    const stop = new AbortController();
    response.once('close', () => stop.abort(new Error('the caller has gone')));
    try {
      const asked = control.parse(JSON.parse(await readBody(request)));
      const result = await this.#do(asked, (event) => send({ event }), stop.signal);
      send({ result });
    } catch (error) {
      if (!stop.signal.aborted) send({ error: toError(error, this.#options.log) });
    } finally {
      response.end();
    }
  }

  async #do(asked: Control, onEvent: OnDeployEvent, signal: AbortSignal): Promise<unknown> {
    const { host, onStop } = this.#options;
    switch (asked.action) {
      case 'ping':
        return { protocol, pid: process.pid };
      case 'stop':
        onStop();
        return {};
      case 'status': {
        const { state, reason = null } = host.status(asked.session_id);
        return { state, reason };
      }
      case 'remove':
        await host.remove(asked.session_id);
        return {};
      case 'apply':
        return await host.apply(asked, onEvent, signal);
      default:
        return asked satisfies never;
    }
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toError(error: unknown, log: Log): Extract<Reply, { error: unknown }>['error'] {
  if (error instanceof CodedError) {
    const { code, message, todo = null, facts } = error;
    return { code, message, todo, facts };
  }
  log.error('the site host failed', { error });
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'deploy.failed',
    message: `The site host failed: ${reason}`,
    todo: null,
    facts: {},
  };
}
