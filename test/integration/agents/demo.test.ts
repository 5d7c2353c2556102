import { join } from 'node:path';
import { demoAdapter } from '../../../src/agents/engine.ts';
import { agentContract, type Behaviour } from './agent-contract.ts';
import { linesOf } from './bench.ts';

const scenarios: Readonly<Record<Behaviour, object>> = {
  // Enter right after a paste becomes a newline here, as in real agents.
  works: { pasteGuardMs: 150 },
  slow: { workDelayMs: 600 },
  endless: { hang: true },
  fails: { crash: { phase: 'ready', status: 3 } },
  stubborn: { hang: true, ignore: ['SIGTERM', 'SIGHUP', 'SIGINT'] },
  parent: { hang: true, fork: true },
};

agentContract({
  adapter: demoAdapter,
  behaviours: ['works', 'slow', 'endless', 'fails', 'stubborn', 'parent'],
  more: async (behaviour) => {
    // Relative: beside the agent's working directory, which each has for itself.
    const scenario = { ...scenarios[behaviour], log: 'agent.log' };
    return { environment: { DEMO_AGENT: JSON.stringify(scenario) } };
  },
  submits: async ({ directory }) => {
    const lines = await linesOf(join(directory, 'agent.log'));
    return lines.filter((line) => line.includes('"event":"submit"')).length;
  },
});
