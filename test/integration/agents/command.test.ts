import { join } from 'node:path';
import { commandAdapter } from '../../../src/agents/index.ts';
import { agentContract, type Behaviour } from './agent-contract.ts';
import { linesOf } from './bench.ts';

const note = 'echo started >>runs.log';
const write = 'cp "$1" "$2.tmp" && mv "$2.tmp" "$2"; echo done';

const scripts: Readonly<Record<Behaviour, string>> = {
  works: `${note}; ${write}`,
  slow: `${note}; sleep 0.6; ${write}`,
  endless: `${note}; sleep 1000`,
  fails: `${note}; exit 3`,
  stubborn: `${note}; trap '' TERM HUP INT; while :; do sleep 1; done`,
  parent: `${note}; setsid sh -c "trap '' HUP TERM; while :; do sleep 1; done" & sleep 1000`,
};

agentContract({
  adapter: commandAdapter,
  behaviours: ['works', 'slow', 'endless', 'fails', 'stubborn', 'parent'],
  more: async (behaviour) => ({
    command: ['sh', '-c', scripts[behaviour], 'agent', '{prompt}', '{output}'],
  }),
  submits: async ({ directory }) => (await linesOf(join(directory, 'runs.log'))).length,
});
