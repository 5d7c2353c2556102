import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { type Clock, countingIds, type Log, silentLog, systemClock } from '../../src/base/index.ts';
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  jsonPayload,
  serverFrames,
  terminalProtocol,
  viewerFrames,
  type ViewerFrameName,
} from '../../src/contract/index.ts';
import { Hosts } from '../../src/server/hosts.ts';
import { type SocketLimits, socketLimits } from '../../src/server/socket-limits.ts';
import { TerminalDoor } from '../../src/server/terminal-socket.ts';
import { StandInAccounts } from './terminal-accounts.ts';
import { StandInTerminals } from './terminal-stand-in.ts';

interface BenchOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly limits?: Partial<SocketLimits>;
}

/** The terminals' door in a bare http server, with stand-ins behind it. */
export async function openDoor({
  clock = systemClock,
  log = silentLog,
  limits,
}: BenchOptions = {}) {
  const accounts = new StandInAccounts();
  const terminals = new StandInTerminals();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const drain = new AbortController();
  const findTerminal = async (agentId: string) => ({
    agentId,
    homeDir: '/nowhere',
    columns: 80,
    rows: 24,
    pane: undefined,
    sessionId: 'ses_1',
  });
  const door = new TerminalDoor({
    app: { accounts, terminals, findTerminal },
    hosts: new Hosts({ port, isSecure: false, host: '127.0.0.1', origins: [] }),
    isBehindProxy: false,
    clock,
    ids: countingIds(),
    log,
    draining: drain.signal,
    socketLimits: { ...socketLimits, ...limits },
  });
  server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head));
  const sockets = new Set<TestSocket>();
  return {
    accounts,
    terminals,
    door,
    port,
    drain,
    /** Open a socket as the bearer of this person's token. */
    async connect(name: string, path = '/ws/terminal', protocols = [terminalProtocol]) {
      const headers = { authorization: `Bearer secret-of-${name}` };
      const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers });
      const socket = new TestSocket(ws);
      sockets.add(socket);
      await socket.opened;
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const { ws } of sockets) ws.terminate();
      door[Symbol.dispose]();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const names = new Map<number, string>(
  Object.entries(serverFrames).map(([name, type]) => [type, name]),
);

export interface Told extends Frame {
  readonly name: string;
  /** The payload as JSON, where it is. */
  readonly json: Record<string, unknown>;
}

/** A client that sends what a test says, and keeps what came. */
export class TestSocket {
  readonly ws: WebSocket;
  readonly frames: Told[] = [];
  /** What came on a socket without frames. */
  raw = '';
  readonly opened: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data: Buffer) => {
      if (ws.protocol === terminalProtocol) this.frames.push(toTold(data));
      else this.raw += data.toString();
    });
    this.opened = untilOpen(ws);
    this.opened.catch(() => {});
    ws.on('error', () => {});
    this.closed = once(ws, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
    this.closed.catch(() => {});
  }

  send(name: ViewerFrameName, pane: number, payload?: unknown, seq = 0): void {
    const bytes =
      payload === undefined
        ? new Uint8Array(0)
        : typeof payload === 'string'
          ? Buffer.from(payload)
          : jsonPayload(payload);
    this.ws.send(encodeFrame({ type: viewerFrames[name], pane, epoch: 1, seq, payload: bytes }));
  }

  named(name: keyof typeof serverFrames, pane?: number): readonly Told[] {
    return this.frames.filter((one) => one.name === name && (pane ?? one.pane) === one.pane);
  }

  /** Codes of the errors that came, in their order. */
  get codes(): readonly unknown[] {
    return this.named('error').map(({ json }) => json['code']);
  }

  /** What the deltas of a pane printed. */
  printed(pane: number): string {
    return Buffer.concat(this.named('delta', pane).map(({ payload }) => payload)).toString();
  }
}

async function untilOpen(ws: WebSocket): Promise<void> {
  await once(ws, 'open');
}

function toTold(data: Buffer): Told {
  const frame = decodeFrame(data);
  const name = names.get(frame.type) ?? `unknown ${frame.type}`;
  let json: Record<string, unknown> = {};
  try {
    json = JSON.parse(Buffer.from(frame.payload).toString().split('\n')[0] ?? '');
  } catch {
    // Bytes of a terminal, or nothing.
  }
  return { ...frame, name, json };
}
