import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandAdapter } from '../../../src/agents/engine.ts';
import { agentContract, type Behaviour } from './agent-contract.ts';
import { Bench, linesOf, within } from './bench.ts';

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

test('keeps all that a program printed, also when it is stopped right after its end', async () => {
  await using bench = await Bench.open(commandAdapter);
  const script = 'seq 1 20000; cp "$1" "$2"; echo the last line';
  const command = ['sh', '-c', script, 'agent', '{prompt}', '{output}'];
  const request = await bench.request({ command });
  const limit = within(20_000, 'the whole');

  await using agent = await bench.agents.start(request, limit);
  await agent.untilDone(limit);
  await agent.stop(limit);

  const stream = await readFile(join(request.exchange.dir, 'stream.log'), 'utf8');
  expect(stream.split('\r\n').slice(0, 20_001)).toEqual([
    ...Array.from({ length: 20_000 }, (_, index) => String(index + 1)),
    'the last line',
  ]);
});
