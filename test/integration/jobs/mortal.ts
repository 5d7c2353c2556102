import type { Agent, Agents } from '../../../src/agents/index.ts';
import type { Store } from '../../../src/store/index.ts';
import { type Harness, never } from './harness.ts';

/** What a process sees of the world until it stops: then nothing it does has an effect. */
export interface Process {
  readonly store: Store;
  readonly agents: Agents;
  readonly stopped: Promise<void>;
  stop(): void;
  /** Go on, as SIGCONT does; what was begun while stopped is done now. */
  resume(): void;
}

export function processOf({ store, agents }: Harness, writesToLive = Infinity): Process {
  const { promise: stopped, resolve: tellStopped } = Promise.withResolvers<void>();
  let gate: PromiseWithResolvers<void> | undefined;
  let left = writesToLive;
  const stop = (): void => {
    gate ??= Promise.withResolvers();
    tellStopped();
  };
  const pass = async <T>(action: () => Promise<T>): Promise<T> => {
    await gate?.promise;
    return await action();
  };
  const held = (agent: Agent): Agent => ({
    ...agent,
    deliver: async (...args) => await pass(async () => await agent.deliver(...args)),
    answer: async (...args) => await pass(async () => await agent.answer(...args)),
    interrupt: async (...args) => await pass(async () => await agent.interrupt(...args)),
    stop: async (...args) => await pass(async () => await agent.stop(...args)),
  });
  return {
    stopped,
    stop,
    resume: () => gate?.resolve(),
    store: {
      databaseId: store.databaseId,
      claimClause: store.claimClause,
      hearsOthers: store.hearsOthers,
      read: async (work, signal) => await pass(async () => await store.read(work, signal)),
      write: async (work, signal) => {
        left -= 1;
        if (left < 0) stop();
        return await pass(async () => await store.write(work, signal));
      },
      events: async (...args) => await store.events(...args),
      copyTo: async (path) => await store.copyTo(path),
      watch: (listener) => store.watch(listener),
      [Symbol.asyncDispose]: async () => {},
    },
    agents: {
      names: agents.names,
      detect: async (name) => await agents.detect(name),
      start: async (request) => await pass(async () => held(await agents.start(request))),
      adopt: async (request, address) => {
        const agent = await pass(async () => await agents.adopt(request, address));
        return agent && held(agent);
      },
      explain: async () => await agents.explain(),
      usage: async (request) => await agents.usage(request),
      findConversation: async (request) => await agents.findConversation(request),
      review: async (request) => await pass(async () => await agents.review(request)),
      clear: async (request) => await pass(async () => await agents.clear(request)),
    },
  };
}

export async function untilEvent(harness: Harness, jobId: string, kind: string): Promise<void> {
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<void>();
    using _watch = harness.store.watch(resolve);
    if ((await harness.events(jobId)).includes(kind)) return;
    await promise;
  }
}

/** The leases of dead workers are free; here the dead share our process, so say it for them. */
export async function buryWorkers({ store }: Harness): Promise<void> {
  await store.write(async (sql) => await sql.run('UPDATE workers SET stopped_at = 1'), never);
}
