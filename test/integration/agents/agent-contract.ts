import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Adapter } from '../../../src/agents/adapter.ts';
import type { AgentRequest } from '../../../src/agents/index.ts';
import { findByEnvironment } from '../../../src/base/index.ts';
import { Bench, expectNoProcess, within } from './bench.ts';

/**
 * `works`: does what the prompt says, at once. `slow`: takes a good half second for it.
 * `endless`: never ends by itself. `fails`: its process ends with status 3.
 * `stubborn`: endless, and ignores TERM and HUP. `parent`: endless, with a child in a session of
 * its own that keeps the terminal.
 */
export type Behaviour = 'works' | 'slow' | 'endless' | 'fails' | 'stubborn' | 'parent';

export interface ContractCase {
  readonly adapter: Adapter;
  /** Behaviours that this agent can be made to show; the others are not tested. */
  readonly behaviours: readonly Behaviour[];
  /** What makes the agent behave so, added to a request. */
  more(behaviour: Behaviour, bench: Bench): Promise<Partial<AgentRequest>>;
  /** How often the instruction was taken, by a record of the agent's own. */
  submits(request: AgentRequest): Promise<number>;
  /** How many agents run side by side in the test for that. Default 10. */
  readonly crowd?: number;
  /** Limit of each wait. Default 20 s. */
  readonly limitMs?: number;
}

/** What holds for every adapter, on a real tmux. */
export function agentContract(contract: ContractCase): void {
  const { adapter, crowd = 10, limitMs = 20_000 } = contract;
  const able = (behaviour: Behaviour): boolean => contract.behaviours.includes(behaviour);
  /** What an agent cannot be made to show is no test of it, rather than a skipped one. */
  const testOf = (behaviour: Behaviour): typeof test | (() => void) =>
    able(behaviour) ? test : () => {};
  const soon = (what: string): AbortSignal => within(limitMs, what);
  const open = async (behaviour: Behaviour) => {
    const bench = await Bench.open(adapter);
    const request = await bench.request(await contract.more(behaviour, bench));
    return { bench, request };
  };

  describe(`the ${adapter.name} agent`, () => {
    test.runIf(able('works'))('takes the instruction once and writes the output', async () => {
      const { bench, request } = await open('works');
      await using _bench = bench;
      await using agent = await bench.agents.start(request, soon('start'));

      await agent.untilReady(soon('ready'));
      const receipt = await agent.deliver(soon('delivery'));
      const outcome = await agent.untilDone(soon('done'));

      expect(outcome.kind).toBe('finished');
      expect(receipt.evidence.detail).not.toBe('');
      expect(await readFile(request.exchange.outputPath, 'utf8')).not.toBe('');
      expect(await contract.submits(request)).toBe(1);
      await agent.stop(soon('stop'));
      expectNoProcess(request);
      expect(bench.problems).toEqual([]);
    });

    test.runIf(able('works'))('delivers nothing a second time', async () => {
      const { bench, request } = await open('works');
      await using _bench = bench;
      await using agent = await bench.agents.start(request, soon('start'));

      await agent.untilReady(soon('ready'));
      await Promise.all([agent.deliver(soon('delivery')), agent.deliver(soon('delivery'))]);
      await agent.deliver(soon('delivery'));
      await agent.untilDone(soon('done'));

      expect(await contract.submits(request)).toBe(1);
    });

    testOf('fails')('reports the status with which its process ended', async () => {
      const { bench, request } = await open('fails');
      await using _bench = bench;
      await using agent = await bench.agents.start(request, soon('start'));

      const outcome = await agent.untilDone(soon('exit'));

      expect(outcome).toMatchObject({ kind: 'exited', exit: { kind: 'status', status: 3 } });
      expect(agent.state.kind).toBe('exited');
      expect(await bench.agents.review(request, soon('review'))).toMatchObject({
        kind: 'exited',
        exit: { kind: 'status', status: 3 },
      });
    });

    test.runIf(able('slow')).each(['started', 'ready', 'delivered', 'done'] as const)(
      'goes on where it was when we died: %s',
      async (phase) => {
        const { bench, request } = await open('slow');
        await using _bench = bench;
        const before = await bench.agents.start(request, soon('start'));
        const { address } = before;
        if (phase !== 'started') await before.untilReady(soon('ready'));
        if (phase === 'delivered' || phase === 'done') await before.deliver(soon('delivery'));
        if (phase === 'done') await before.untilDone(soon('done'));
        await before[Symbol.asyncDispose]();

        const known = phase === 'started' ? undefined : address;
        const after = await bench.another().adopt(request, known, soon('adoption'));
        await using agent = after ?? expect.fail('it was not adopted');
        await agent.untilReady(soon('ready again'));
        await agent.deliver(soon('delivery again'));
        const outcome = await agent.untilDone(soon('done again'));

        expect(agent.address).toEqual(address);
        expect(outcome.kind).toBe('finished');
        expect(await contract.submits(request)).toBe(1);
        expect(await bench.agents.review(request, soon('review'))).toMatchObject({
          kind: 'finished',
        });
      },
    );

    test.runIf(able('works'))('is not adopted once it is gone, or as another run', async () => {
      const { bench, request } = await open('works');
      await using _bench = bench;
      const agent = await bench.agents.start(request, soon('start'));
      await agent[Symbol.asyncDispose]();

      const asOther = { ...request, runId: 'run_other' };
      expect(await bench.agents.adopt(asOther, undefined, soon('adoption'))).toBeUndefined();
      await bench.agents.clear(request, soon('clear'));
      expect(await bench.agents.adopt(request, agent.address, soon('adoption'))).toBeUndefined();
      expectNoProcess(request);
    });

    test.runIf(able('endless'))(
      'is lost, with the reason, when its tmux server is killed',
      async () => {
        const { bench, request } = await open('endless');
        await using _bench = bench;
        await using agent = await bench.agents.start(request, soon('start'));
        await agent.untilReady(soon('ready'));
        await agent.deliver(soon('delivery'));

        process.kill(agent.address.server.pid, 'SIGKILL');
        const outcome = await agent.untilDone(soon('loss'));
        expect(outcome.kind).toBe('lost');
      },
    );

    testOf('stubborn')('is cleared away after its tmux server was killed', async () => {
      const { bench, request } = await open('stubborn');
      await using _bench = bench;
      await using agent = await bench.agents.start(request, soon('start'));
      await agent.untilReady(soon('ready'));
      await agent.deliver(soon('delivery'));
      process.kill(agent.address.server.pid, 'SIGKILL');
      await agent.untilDone(soon('loss'));

      await bench.another().clear(request, soon('clear'));

      expectNoProcess(request);
      expect(existsSync(dirname(request.socketPath))).toBe(false);
    });

    test.runIf(able('endless'))('starts anew on a socket where an old one was left', async () => {
      const { bench, request } = await open('endless');
      await using _bench = bench;
      const old = await bench.agents.start(request, soon('start'));
      await old[Symbol.asyncDispose]();

      await using agent = await bench.agents.start(request, soon('start'));

      expect(agent.address.server).not.toEqual(old.address.server);
      expect(await bench.agents.adopt(request, old.address, soon('adoption'))).toBeUndefined();
    });

    const hard = (['endless', 'stubborn', 'parent'] as const).filter(able);
    test.runIf(hard.length > 0).each(hard)(
      'leaves no process after stop: %s',
      async (behaviour) => {
        const { bench, request } = await open(behaviour);
        await using _bench = bench;
        await using agent = await bench.agents.start(request, soon('start'));
        await agent.untilReady(soon('ready'));
        await agent.deliver(soon('delivery'));
        expect(findByEnvironment('TMUX_BUILDER_RUN', request.runId).length).toBeGreaterThan(0);

        await agent.stop(soon('stop'));

        expectNoProcess(request);
      },
    );

    test.runIf(able('works') && crowd > 1)(
      'takes one instruction each when many start at once',
      async () => {
        await using bench = await Bench.open(adapter);
        const requests = await Promise.all(
          Array.from(
            { length: crowd },
            async () => await bench.request(await contract.more('works', bench)),
          ),
        );

        const outcomes = await Promise.all(
          requests.map(async (request) => {
            await using agent = await bench.agents.start(request, soon('start'));
            await agent.untilReady(soon('ready'));
            await agent.deliver(soon('delivery'));
            return await agent.untilDone(soon('done'));
          }),
        );

        expect(outcomes.map(({ kind }) => kind)).toEqual(requests.map(() => 'finished'));
        const submits = await Promise.all(
          requests.map(async (request) => await contract.submits(request)),
        );
        expect(submits).toEqual(requests.map(() => 1));
      },
    );
  });
}
