import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type {
  Agent,
  AgentAddress,
  AgentOutcome,
  AgentRequest,
  Agents,
  AgentState,
  Evidence,
} from '../../src/agents/index.ts';

/** What a stand-in agent does with its job. */
export type Behaviour =
  | 'succeed'
  | 'hang'
  | 'exit'
  | 'no-output'
  | 'permanent'
  | 'vanish'
  | 'blocked';

interface Life {
  readonly request: AgentRequest;
  readonly behaviour: Behaviour;
  deliveries: number;
  isAlive: boolean;
  readonly done: PromiseWithResolvers<AgentOutcome>;
}

/**
 * Agents without processes, shared by all workers of a test: they outlive a worker that "dies",
 * as real ones do. `log` tells in order what was asked of them.
 */
export class FakeAgents implements Agents {
  readonly names = ['demo', 'claude', 'command'];
  readonly log: string[] = [];
  readonly lives = new Map<string, Life>();
  readonly #behave: (request: AgentRequest) => Behaviour;
  #pid = 1000;

  constructor(behave: (request: AgentRequest) => Behaviour = () => 'succeed') {
    this.#behave = behave;
  }

  async detect(name: string) {
    return {
      name,
      isFound: true,
      path: undefined,
      version: undefined,
      readiness: 'yes' as const,
      problem: undefined,
      todo: undefined,
    };
  }

  async start(request: AgentRequest): Promise<Agent> {
    const life: Life = {
      request,
      behaviour: this.#behave(request),
      deliveries: 0,
      isAlive: true,
      done: Promise.withResolvers(),
    };
    life.done.promise.catch(() => {});
    this.lives.set(request.runId, life);
    this.log.push(`start ${request.runId}`);
    return this.#agent(life, (this.#pid += 1));
  }

  async adopt(
    request: AgentRequest,
    _address: AgentAddress | undefined,
  ): Promise<Agent | undefined> {
    const life = this.lives.get(request.runId);
    if (life?.isAlive !== true) return undefined;
    this.log.push(`adopt ${request.runId}`);
    return this.#agent(life, (this.#pid += 1));
  }

  async review(request: AgentRequest): Promise<AgentOutcome | undefined> {
    const life = this.lives.get(request.runId);
    if (life === undefined || life.deliveries === 0 || life.behaviour !== 'succeed')
      return undefined;
    return { kind: 'finished', evidence: evidence('review') };
  }

  async clear({ runId }: Pick<AgentRequest, 'runId'>): Promise<void> {
    const life = this.lives.get(runId);
    if (life?.isAlive === true) this.log.push(`clear ${runId}`);
    if (life !== undefined) life.isAlive = false;
  }

  /** Let every agent that hangs finish its work. */
  finishAll(): void {
    for (const life of this.lives.values()) {
      writeFileSync(life.request.exchange.outputPath, `answer of ${life.request.runId}\n`);
      life.done.resolve({ kind: 'finished', evidence: evidence('Stop') });
    }
  }

  get alive(): readonly string[] {
    return [...this.lives].filter(([, { isAlive }]) => isAlive).map(([runId]) => runId);
  }

  #agent(life: Life, pid: number): Agent {
    const { request } = life;
    const state: AgentState = { kind: 'ready', evidence: evidence('fake') };
    return {
      address: {
        socketPath: request.socketPath,
        server: { pid, startTime: '1' },
        paneId: '%0',
      },
      state,
      watch: () => ({ [Symbol.dispose]() {} }),
      untilReady: async () => {
        if (life.behaviour === 'blocked') throw new Error('not reached: see blocked');
      },
      deliver: async () => {
        if (life.deliveries === 0) {
          life.deliveries += 1;
          this.log.push(`deliver ${request.runId}`);
          await this.#work(life);
        }
        return { at: 0, evidence: evidence('submitted'), enters: 1 };
      },
      untilDone: async (signal) => await abortable(life.done.promise, signal),
      usage: async () => undefined,
      screen: async () => [],
      stop: async () => {
        life.isAlive = false;
        this.log.push(`stop ${request.runId}`);
      },
      [Symbol.asyncDispose]: async () => {},
    };
  }

  async #work(life: Life): Promise<void> {
    const { behaviour, request, done } = life;
    const finished: AgentOutcome = { kind: 'finished', evidence: evidence('Stop') };
    switch (behaviour) {
      case 'succeed':
        await mkdir(dirname(request.exchange.outputPath), { recursive: true });
        await writeFile(request.exchange.outputPath, `answer of ${request.runId}\n`);
        return done.resolve(finished);
      case 'no-output':
        return done.resolve(finished);
      case 'exit':
        life.isAlive = false;
        return done.resolve({
          kind: 'exited',
          exit: { kind: 'status', status: 3 },
          screen: ['bye'],
        });
      case 'permanent':
        return done.resolve({
          kind: 'failed',
          failure: 'permanent',
          message: 'refused',
          evidence: evidence('StopFailure'),
        });
      case 'vanish':
        life.isAlive = false;
        return done.resolve({ kind: 'lost', evidence: evidence('gone') });
      case 'hang':
      case 'blocked':
        return undefined;
    }
  }
}

function evidence(detail: string): Evidence {
  return { source: 'hook', at: 0, detail };
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: abort, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, abort]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The same agents with some of their methods replaced; they share their lives. */
export function withAgents(agents: Agents, change: Partial<Agents>): Agents {
  return {
    names: agents.names,
    detect: async (...args) => await agents.detect(...args),
    start: async (...args) => await agents.start(...args),
    adopt: async (...args) => await agents.adopt(...args),
    review: async (...args) => await agents.review(...args),
    clear: async (...args) => await agents.clear(...args),
    ...change,
  };
}
