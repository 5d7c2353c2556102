import type { Agents } from '../agents/index.ts';

/** Names of the adapters, known before their code is loaded. */
export const agentNames: readonly string[] = ['claude', 'demo', 'command'];

/**
 * Put off loading the adapters and the tmux library until an agent is needed: two thirds of the
 * program's code, which `job list` has no use for.
 */
export function lazyAgents(load: () => Promise<Agents>): Agents {
  let loading: Promise<Agents> | undefined;
  const loaded = async (): Promise<Agents> => await (loading ??= load());
  return {
    names: agentNames,
    detect: async (...args) => await (await loaded()).detect(...args),
    start: async (...args) => await (await loaded()).start(...args),
    adopt: async (...args) => await (await loaded()).adopt(...args),
    review: async (...args) => await (await loaded()).review(...args),
    clear: async (...args) => await (await loaded()).clear(...args),
  };
}
