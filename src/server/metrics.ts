import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { App } from '../app/index.ts';
import type { Clock } from '../base/index.ts';
import { countAgents } from './count-agents.ts';
import { countEventClients } from './events-stream.ts';

interface Answered {
  /** Name of the route; what is no route shares one name, so that nobody can make up series. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

export interface MetricsInput {
  readonly app: App;
  readonly clock: Clock;
}

/** What Prometheus is told. Every label has few values. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'route' | 'status'>;
  readonly #refusals: Counter<'code'>;

  constructor(input: MetricsInput) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'tmux_builder_http_request_seconds',
      help: 'Time until a reply was sent, by route and status; without streams of events',
      labelNames: ['route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
      registers,
    });
    this.#refusals = new Counter({
      name: 'tmux_builder_http_refusals_total',
      help: 'Requests that were refused, by error code',
      labelNames: ['code'],
      registers,
    });
    addGauges(input, registers);
  }

  answered({ route, status, ms }: Answered): void {
    this.#requests.observe({ route, status: String(status) }, ms / 1_000);
  }

  refused(code: string): void {
    this.#refusals.inc({ code });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    return await this.#registry.metrics();
  }
}

const never = new AbortController().signal;

/** What is counted when somebody asks. */
function addGauges({ app, clock }: MetricsInput, registers: Registry[]): void {
  const jobs = new Gauge({
    name: 'tmux_builder_jobs',
    help: 'Jobs by status; asking ones are among the running',
    labelNames: ['status'],
    registers,
    collect: async () => {
      const counts = await app.countJobs({}, {}, never);
      for (const [status, count] of Object.entries(counts)) jobs.set({ status }, count);
    },
  });
  const agents = new Gauge({
    name: 'tmux_builder_agents',
    help: 'Live agents by state',
    labelNames: ['state'],
    registers,
    collect: async () => {
      const counts = await countAgents(app, never);
      agents.reset();
      for (const [state, count] of counts) agents.set({ state }, count);
    },
  });
  const clients: Gauge = new Gauge({
    name: 'tmux_builder_event_clients',
    help: 'Clients that hear events by SSE',
    registers,
    collect: (): void => clients.set(countEventClients(app)),
  });
  const viewers: Gauge = new Gauge({
    name: 'tmux_builder_terminal_viewers',
    help: 'Viewers of agents’ terminals',
    registers,
    collect: (): void => viewers.set(app.terminals.stats().viewers),
  });
  addRecorded({ app, clock }, registers);
}

/** What the database and the audit log know. */
function addRecorded({ app, clock }: MetricsInput, registers: Registry[]): void {
  const entries: Gauge = new Gauge({
    name: 'tmux_builder_audit_entries_total',
    help: 'Entries of the audit log',
    registers,
    collect: async () => {
      const { items } = await app.accounts.listAudit('owner', { limit: 1 }, never);
      entries.set(items[0]?.sequence ?? 0);
    },
  });
  const age = new Gauge({
    name: 'tmux_builder_queue_age_seconds',
    help: 'How long the job that waits longest could have begun; 0 when none waits',
    registers,
  });
  const attempts = new Gauge({
    name: 'tmux_builder_attempts_ended',
    help: 'Ended attempts in the database, by outcome',
    labelNames: ['outcome'],
    registers,
    collect: async () => {
      const { oldestQueuedAt, attemptsByOutcome } = await app.measure(never);
      const waits = oldestQueuedAt === undefined ? 0 : clock.now() - oldestQueuedAt;
      age.set(Math.max(0, waits) / 1_000);
      attempts.reset();
      for (const [outcome, count] of attemptsByOutcome) attempts.set({ outcome }, count);
    },
  });
}
