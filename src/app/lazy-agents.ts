import type { Agents } from '../agents/index.ts';

/**
 * Put off loading the adapters and the tmux library until an agent is needed: two thirds of the
 * program's code, which `job list` has no use for.
 */
export function lazyAgents(names: readonly string[], load: () => Promise<Agents>): Agents {
  let loading: Promise<Agents> | undefined;
  const loaded = async (): Promise<Agents> => await (loading ??= load());
  return {
    names,
    detect: async (...args) => await (await loaded()).detect(...args),
    start: async (...args) => await (await loaded()).start(...args),
    adopt: async (...args) => await (await loaded()).adopt(...args),
    explain: async (...args) => await (await loaded()).explain(...args),
    usage: async (...args) => await (await loaded()).usage(...args),
    findConversation: async (...args) => await (await loaded()).findConversation(...args),
    review: async (...args) => await (await loaded()).review(...args),
    clear: async (...args) => await (await loaded()).clear(...args),
  };
}
