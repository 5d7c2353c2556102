/**
 * The terminals' door in a process of its own, in front of one terminal and open to everybody:
 * what `live-doors` measures. Its argument is the terminal's place as JSON; prints its port.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { randomIds, silentLog, systemClock } from '../src/base/index.ts';
import { socketLimits } from '../src/server/socket-limits.ts';
import { openTerminalSockets } from '../src/server/terminal-socket.ts';
import { TerminalHub, type TerminalPlace } from '../src/terminal/index.ts';

const place: TerminalPlace = JSON.parse(process.argv[2] ?? '');
const clock = systemClock;
const log = silentLog;
const hub = new TerminalHub({ clock, log, viewersPerTerminal: 1_000 });
const draining = new AbortController();
const principal = {
  userId: 'usr_bench',
  name: 'bench',
  role: 'admin',
  via: 'token',
  credentialId: 'tok_bench',
  sessionId: undefined,
  expiresAt: undefined,
} as const;
const server = createServer();
openTerminalSockets(server, {
  app: {
    terminals: hub,
    findTerminal: async () => ({ ...place, sessionId: 'ses_bench' }),
    accounts: {
      authenticate: async () => principal,
      authorize: async () => {},
      onRevoked: () => ({ [Symbol.dispose]() {} }),
      record: async () => {},
      redeemTicket: () => principal,
    },
  },
  hosts: { checkHost: () => {}, isAllowedOrigin: () => true },
  isBehindProxy: false,
  clock,
  ids: randomIds(clock),
  log,
  draining: draining.signal,
  socketLimits: { ...socketLimits, sockets: 1_000, socketsPerUser: 1_000 },
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(JSON.stringify(server.address()));
await once(process, 'SIGTERM');
draining.abort();
server.close();
await hub[Symbol.asyncDispose]();
process.exit(0);
