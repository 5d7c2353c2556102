export { type Bind, checkBind } from './check-bind.ts';
export { isLoopback } from './hosts.ts';
export { loadTls } from './load-tls.ts';
export { type RunningServer, type ServerOptions, startServer } from './start-server.ts';
