import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import headless from '@xterm/headless';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  feedEventView,
  jobView,
  liveAgentView,
  pageOf,
  ticketView,
} from '../../src/contract/index.ts';
import { EventClient } from '../../web/src/live/event-client.ts';
import { TerminalClient } from '../../web/src/live/terminal-client.ts';
import { findFreePort } from '../support/free-port.ts';
import { nodeTimers, openNodeEvents, openNodeSocket } from '../support/terminal-node.ts';
import { Program, type Running } from './cli-program.ts';

const PATIENCE = { timeout: 120_000, interval: 20 } as const;

/** The whole program as a server that can be killed and started again at the same port. */
class Served implements AsyncDisposable {
  readonly program: Program;
  readonly token: string;
  readonly port: number;
  #running: Running | undefined;

  private constructor(program: Program, token: string, port: number) {
    this.program = program;
    this.token = token;
    this.port = port;
  }

  static async open(program: Program): Promise<Served> {
    program.hasServed = true;
    await program.run(['user', 'add', 'ann', '--role', 'admin']);
    const args = ['token', 'create', 'test', '--user', 'ann', '--role', 'admin'];
    const { token } = await program.json(z.object({ token: z.string() }), args);
    return new Served(program, token, await findFreePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const running = this.program.start(['serve', '--port', String(this.port), '--json']);
    this.#running = running;
    await running.until('server.started');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async kill(): Promise<void> {
    this.#running?.kill('SIGKILL');
    await this.#running?.ended;
  }

  async ask<T>(schema: z.ZodType<T>, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return schema.parse(JSON.parse(text));
  }

  async fetchTicket(): Promise<string> {
    return (await this.ask(ticketView, '/api/terminal/tickets', {})).ticket;
  }
}

test('a client of the events hears each once over kill -9 of the server', async () => {
  await using program = await Program.open();
  await using served = await Served.open(program);
  await served.start();
  const heard: number[] = [];
  const gaps: unknown[] = [];
  const client = new EventClient({
    url: `${served.url}/api/events`,
    openSource: openNodeEvents(served.token),
    timers: nodeTimers,
    random: () => 0,
    onEvent: ({ position }) => heard.push(position),
    onGap: (gap) => gaps.push(gap),
  });
  client.start();
  await expect.poll(() => client.isOpen, PATIENCE).toBe(true);
  const first = client.position ?? 0;
  const addJob = async (n: number): Promise<void> => {
    const body = { agent: 'demo', template: 'echo_test', prompt: `job ${n}` };
    await served.ask(jobView, '/api/jobs', body);
  };

  for (const round of [1, 2, 3]) {
    for (let n = 0; n < 4; n += 1) await addJob(n);
    const before = heard.length;
    await expect.poll(() => heard.length, PATIENCE).toBeGreaterThan(before + round);
    await served.kill();
    // Also what happens while nobody serves is heard later.
    await program.run(['job', 'add', '--agent', 'demo', '--template', 'echo_test', `off ${round}`]);
    await served.start();
  }
  const jobs = pageOf(jobView);
  const open = async (): Promise<number> => {
    const { items } = await served.ask(
      jobs,
      '/api/jobs?status=queued&status=leased&status=running',
    );
    return items.length;
  };
  await expect.poll(open, PATIENCE).toBe(0);
  const list = '/api/events/list?limit=1000';
  const { items, next } = await served.ask(pageOf(feedEventView), list);
  const happened = items.map(({ position }) => position).filter((position) => position > first);

  await expect.poll(() => heard.length, PATIENCE).toBeGreaterThanOrEqual(happened.length);
  expect(next).toBeNull();
  expect(heard).toEqual(happened.toReversed());
  expect(gaps).toEqual([]);
  client.stop();
});

/** A terminal as a page has it: what it was told, drawn. */
function openScreen(client: TerminalClient, agentId: string) {
  const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const seen = { snapshots: 0 };
  const view = client.show(agentId, 'stream', {
    onSnapshot({ bytes, columns, rows }, parsed) {
      seen.snapshots += 1;
      terminal.reset();
      terminal.resize(columns, rows);
      terminal.write(bytes, parsed);
    },
    onDelta: (bytes, parsed) => terminal.write(bytes, parsed),
  });
  const text = (): string => {
    const { active } = terminal.buffer;
    const rows = Array.from({ length: terminal.rows }, (_, row) =>
      active.getLine(active.baseY + row),
    );
    return rows.map((row) => row?.translateToString(true) ?? '').join('\n');
  };
  return { view, seen, text };
}

test('a terminal goes on where it was over kill -9 of the server, and shows the same', async () => {
  await using program = await Program.open();
  await using served = await Served.open(program);
  await served.start();
  const stop = join(program.dir, 'stop');
  const script = `i=0; while [ ! -e ${stop} ]; do i=$((i+1)); printf '\\033[3%dmline %d\\033[0m\\n' $((i % 8)) $i; sleep 0.01; done; echo over; exec sleep 600`;
  const body = {
    agent: 'command',
    command: ['sh', '-c', script, 'sh', '{output}'],
    prompt: 'count',
  };
  const job = await served.ask(jobView, '/api/jobs', body);
  const agents = pageOf(liveAgentView);
  const find = async (): Promise<string | undefined> =>
    (await served.ask(agents, '/api/agents')).items.find(({ job_id: id }) => id === job.job_id)
      ?.agent_id;
  await expect.poll(find, PATIENCE).toBeDefined();
  const agentId = (await find()) ?? '';
  const connect = (): TerminalClient => {
    const client = new TerminalClient({
      url: `ws://127.0.0.1:${served.port}/ws/terminal`,
      fetchTicket: async () => await served.fetchTicket(),
      openSocket: openNodeSocket,
      timers: nodeTimers,
      random: () => 0,
    });
    client.connect();
    return client;
  };
  const [client, later] = [connect(), connect()];
  const screen = openScreen(client, agentId);
  await expect.poll(screen.text, PATIENCE).toContain('line ');

  await served.kill();
  await expect.poll(() => client.state).toBe('connecting');
  const before = screen.text();
  await served.start();
  await expect.poll(() => client.state, PATIENCE).toBe('open');
  await expect.poll(screen.text, PATIENCE).not.toBe(before);
  await writeFile(stop, '');
  await expect.poll(screen.text, PATIENCE).toContain('over');
  const fresh = openScreen(later, agentId);

  await expect.poll(fresh.text, PATIENCE).toBe(screen.text());
  expect(screen.text()).toMatch(/line \d+\n(?:line \d+\n)+over/);
  client.close();
  later.close();
});
