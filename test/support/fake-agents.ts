import { writeFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AgentExitedError, NotInterruptedError } from '../../src/agents/errors.ts';
import type {
  Agent,
  AgentAddress,
  AgentOutcome,
  AgentRequest,
  Agents,
  AgentState,
  Evidence,
  Explanation,
  Usage,
} from '../../src/agents/index.ts';

/** What a stand-in agent does with its job. */
export type Behaviour =
  | 'succeed'
  | 'hang'
  | 'exit'
  | 'no-output'
  | 'permanent'
  | 'quota'
  | 'vanish'
  | 'unready'
  | 'blocked';

interface Life {
  /** What it was started with. */
  readonly request: AgentRequest;
  /** One for each exchange, by its nonce: a one-shot has a single one. */
  readonly turns: Map<string, Turn>;
  /** In all its turns. */
  deliveries: number;
  isAlive: boolean;
}

interface Turn {
  readonly request: AgentRequest;
  readonly behaviour: Behaviour;
  deliveries: number;
  /** When an agent that is `unready` can take its prompt. */
  readonly ready: PromiseWithResolvers<void>;
  readonly done: PromiseWithResolvers<AgentOutcome>;
}

/**
 * Agents without processes, shared by all workers of a test: they outlive a worker that "dies",
 * as real ones do, and the directory of their socket is there until they are ended. `log` tells in order what was asked of them.
 */
export class FakeAgents implements Agents {
  readonly names = ['demo', 'claude', 'command'];
  readonly log: string[] = [];
  readonly lives = new Map<string, Life>();
  /** What a life has used so far, by its run id. */
  spent: (runId: string) => Usage | undefined = () => undefined;
  /** When the limit that `quota` meets is lifted. */
  retryAt: number | undefined;
  /** Whether an agent leaves a conversation that a later one can go on with. */
  remembers = false;
  /** Whether that conversation is damaged: who goes on with it ends at once. */
  isDamaged = false;
  /** Whether an agent goes on although its turn is to stop. */
  isDeaf = false;
  /** Most connections to one agent at a time. */
  mostOpen = 0;
  readonly #open = new Map<string, number>();
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
    const life: Life = { request, turns: new Map(), deliveries: 0, isAlive: true };
    this.lives.set(request.runId, life);
    this.log.push(`start ${request.runId}`);
    await mkdir(dirname(request.socketPath), { recursive: true });
    return this.#agent(life, request, (this.#pid += 1));
  }

  async adopt(
    request: AgentRequest,
    _address: AgentAddress | undefined,
  ): Promise<Agent | undefined> {
    const life = this.lives.get(request.runId);
    if (life?.isAlive !== true) return undefined;
    this.log.push(`adopt ${request.runId}`);
    return this.#agent(life, request, (this.#pid += 1));
  }

  async review(request: AgentRequest): Promise<AgentOutcome | undefined> {
    const life = this.lives.get(request.runId);
    const turn = life?.turns.get(request.exchange.nonce);
    if (turn === undefined || turn.deliveries === 0 || turn.behaviour !== 'succeed')
      return undefined;
    return { kind: 'finished', evidence: evidence('review') };
  }

  async explain(): Promise<Explanation> {
    return { state: { kind: 'ready', evidence: evidence('fake') }, evidence: [] };
  }

  async usage({ runId }: AgentRequest): Promise<Usage | undefined> {
    return this.spent(runId);
  }

  async findConversation({ runId }: AgentRequest): Promise<string | undefined> {
    const life = this.lives.get(runId);
    if (!this.remembers || life === undefined || life.turns.size === 0) return undefined;
    return life.request.resume ?? `conversation of ${runId}`;
  }

  async clear({ runId, socketPath }: Pick<AgentRequest, 'runId' | 'socketPath'>): Promise<void> {
    const life = this.lives.get(runId);
    if (life?.isAlive === true) this.log.push(`clear ${runId}`);
    if (life !== undefined) life.isAlive = false;
    await rm(dirname(socketPath), { recursive: true, force: true });
  }

  /** Let every agent that hangs finish its work. */
  finishAll(): void {
    for (const { turns } of this.lives.values()) {
      for (const { request, done } of turns.values()) {
        writeFileSync(request.exchange.outputPath, `answer of ${request.runId}\n`);
        done.resolve({ kind: 'finished', evidence: evidence('Stop') });
      }
    }
  }

  get alive(): readonly string[] {
    return [...this.lives].filter(([, { isAlive }]) => isAlive).map(([runId]) => runId);
  }

  #turn(life: Life, request: AgentRequest): Turn {
    const { nonce } = request.exchange;
    const known = life.turns.get(nonce);
    if (known !== undefined) return known;
    const behaviour = this.#behave(request);
    const turn = {
      request,
      behaviour,
      deliveries: 0,
      ready: Promise.withResolvers<void>(),
      done: Promise.withResolvers<AgentOutcome>(),
    };
    turn.done.promise.catch(() => {});
    life.turns.set(nonce, turn);
    return turn;
  }

  #agent(life: Life, request: AgentRequest, pid: number): Agent {
    const { runId, mode } = request;
    const turn = this.#turn(life, request);
    const which = mode === 'persistent' ? `${runId} ${nameOf(request)}` : runId;
    const count = (change: 1 | -1): void => {
      const open = (this.#open.get(runId) ?? 0) + change;
      this.#open.set(runId, open);
      this.mostOpen = Math.max(this.mostOpen, open);
    };
    count(1);
    let isOpen = true;
    const state: AgentState = { kind: 'ready', evidence: evidence('fake') };
    return {
      address: {
        socketPath: request.socketPath,
        server: { pid, startTime: '1' },
        paneId: '%0',
      },
      state,
      watch: () => ({ [Symbol.dispose]() {} }),
      untilReady: async (signal) => {
        if (turn.behaviour === 'unready') await abortable(turn.ready.promise, signal);
        if (turn.behaviour === 'blocked') throw new Error('not reached: see blocked');
        if (!this.isDamaged || life.request.resume === undefined) return;
        life.isAlive = false;
        throw new AgentExitedError('demo', { kind: 'status', status: 1 }, [
          'No conversation found',
        ]);
      },
      deliver: async () => {
        if (turn.deliveries === 0) {
          turn.deliveries += 1;
          life.deliveries += 1;
          this.log.push(`deliver ${which}`);
          await this.#work(life, turn);
        }
        return { at: 0, evidence: evidence('submitted'), enters: 1 };
      },
      answer: async () => {},
      interrupt: async () => {
        this.log.push(`interrupt ${which}`);
        if (this.isDeaf) throw new NotInterruptedError('demo', 'it goes on');
      },
      untilDone: async (signal) => await abortable(turn.done.promise, signal),
      usage: async () => this.spent(runId),
      screen: async () => [],
      stop: async () => {
        life.isAlive = false;
        this.log.push(`stop ${runId}`);
        await rm(dirname(request.socketPath), { recursive: true, force: true });
      },
      [Symbol.asyncDispose]: async () => {
        if (isOpen) count(-1);
        isOpen = false;
      },
    };
  }

  async #work(life: Life, { behaviour, request, done }: Turn): Promise<void> {
    const finished: AgentOutcome = { kind: 'finished', evidence: evidence('Stop') };
    switch (behaviour) {
      case 'succeed':
        await mkdir(dirname(request.exchange.outputPath), { recursive: true });
        await writeFile(request.exchange.outputPath, `${answerOf(request)}\n`);
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
      case 'quota':
        return done.resolve({
          kind: 'failed',
          failure: 'quota',
          message: "You've hit your limit",
          retryAt: this.retryAt,
          evidence: evidence('StopFailure'),
        });
      case 'vanish':
        life.isAlive = false;
        return done.resolve({ kind: 'lost', evidence: evidence('gone') });
      case 'hang':
      case 'unready':
      case 'blocked':
        return undefined;
    }
  }
}

/** `job_a/1`: the job and the attempt that an exchange is of. */
function nameOf({ exchange }: AgentRequest): string {
  return exchange.dir.split('/').slice(-2).join('/');
}

function answerOf(request: AgentRequest): string {
  const { mode, runId } = request;
  return mode === 'persistent' ? `answer to ${nameOf(request)}` : `answer of ${runId}`;
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
    explain: async (...args) => await agents.explain(...args),
    usage: async (...args) => await agents.usage(...args),
    findConversation: async (...args) => await agents.findConversation(...args),
    review: async (...args) => await agents.review(...args),
    clear: async (...args) => await agents.clear(...args),
    ...change,
  };
}
