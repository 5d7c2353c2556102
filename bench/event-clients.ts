import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApp } from '../src/app/index.ts';
import { silentLog, systemClock } from '../src/base/index.ts';
import { EventReader } from '../test/support/event-reader.ts';
import { findFreePort } from '../test/support/free-port.ts';
import { ChildServer } from './child-server.ts';
import { type BenchOptions, type Finding, summarise } from './measure.ts';

const never = new AbortController().signal;
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const PER_USER = 20;
const PER_SECOND = 5;

/** The whole server with many clients of its events: what it runs, and how late they hear. */
export async function eventClients({ dir, scale, say }: BenchOptions): Promise<readonly Finding[]> {
  const count = Math.round(1_000 * scale);
  const seconds = Math.max(5, Math.round(20 * scale));
  const dataDir = join(dir, 'data');
  await using app = await openApp({ dataDir, log: silentLog });
  const port = await findFreePort();
  const args = [main, 'serve', '--no-worker', '--json', '--port', String(port)];
  await using server = await ChildServer.start(args, { TMUX_BUILDER_DATA_DIR: dataDir });
  const before = await server.memory();
  const clients: EventListener[] = [];
  using opened = new DisposableStack();
  for (let user = 0; clients.length < count; user += 1) {
    await app.accounts.createUser('owner', { name: `user${user}`, role: 'admin' });
    const wish = { name: 'bench', role: 'admin' } as const;
    const { token } = await app.accounts.createTokenFor(`user${user}`, wish);
    for (let n = 0; n < PER_USER && clients.length < count; n += 1) {
      clients.push(opened.use(await EventListener.open(port, token)));
    }
  }
  const memory = await server.memory();
  say(`${clients.length} clients hear events`);
  // What was written while they came is told by now.
  await systemClock.after(1_000, never);
  for (const client of clients) client.delays.length = 0;
  const start = await server.cpuMs();
  for (let n = 0; n < seconds * PER_SECOND; n += 1) {
    await app.createSession();
    await systemClock.after(1_000 / PER_SECOND, never);
  }
  await systemClock.after(1_000, never);
  const share = ((await server.cpuMs()) - start) / ((seconds + 1) * 1_000);
  const heard = clients.map(({ delays }) => delays.length);
  const isEqual = heard.every((one) => one === heard[0]);
  if (!isEqual) throw new Error('clients heard different numbers of events');
  const note = `each heard ${heard[0]} events in ${seconds} s`;
  say(note);
  const delays = clients.flatMap((client) => client.delays);
  return [
    summarise(`an event until a client hears it, ${count} clients`, delays, { note }),
    { name: `share of a core for ${count} clients`, unit: 'ratio', median: share, count: 1 },
    summarise(`memory of the server for ${count} clients`, [memory - before], { unit: 'MB' }),
  ];
}

/** Notes how late each event came. */
class EventListener implements Disposable {
  readonly delays: number[] = [];
  readonly #request: http.ClientRequest;

  private constructor(request: http.ClientRequest) {
    this.#request = request;
  }

  static async open(port: number, token: string): Promise<EventListener> {
    const headers = { authorization: `Bearer ${token}` };
    const request = http.get({ port, path: '/api/events', headers, agent: false });
    const listener = new EventListener(request);
    const [response]: http.IncomingMessage[] = await once(request, 'response');
    if (response?.statusCode !== 200) throw new Error(`refused with ${response?.statusCode}`);
    response.setEncoding('utf8');
    response.on('error', () => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    const reader = new EventReader();
    response.on('data', (text: string) => {
      const now = systemClock.now();
      for (const { name, data } of reader.read(text)) {
        if (name === 'ready') resolve();
        if (name !== 'event') continue;
        listener.delays.push(Math.max(0, now - Date.parse(JSON.parse(data).at)));
      }
    });
    await promise;
    return listener;
  }

  [Symbol.dispose](): void {
    this.#request.on('error', () => {});
    this.#request.destroy();
  }
}
