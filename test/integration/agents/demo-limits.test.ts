import { expect, test } from 'vitest';
import { demoAdapter } from '../../../src/agents/engine.ts';
import type { Agent } from '../../../src/agents/index.ts';
import { Bench, within } from './bench.ts';

const soon = (what: string): AbortSignal => within(20_000, what);

async function begin(bench: Bench, scenario: object): Promise<Agent> {
  const environment = { DEMO_AGENT: JSON.stringify(scenario) };
  const agent = await bench.agents.start(await bench.request({ environment }), soon('start'));
  await agent.untilReady(soon('ready'));
  await agent.deliver(soon('delivery'));
  return agent;
}

test('tells the tokens used: none', async () => {
  await using bench = await Bench.open(demoAdapter);
  await using agent = await begin(bench, {});
  await agent.untilDone(soon('done'));

  const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  expect(await agent.usage(soon('usage'))).toEqual({ ...none, costUsd: 0, models: [] });
});

test('tells while it works what it pretends to use', async () => {
  await using bench = await Bench.open(demoAdapter);
  await using agent = await begin(bench, { tokens: 700, model: 'pretended', hang: true });

  await expect
    .poll(async () => await agent.usage(soon('usage')))
    .toMatchObject({ inputTokens: 700, models: [{ model: 'pretended', inputTokens: 700 }] });
});

test('meets a usage limit and says until when', async () => {
  await using bench = await Bench.open(demoAdapter);
  const said = 'Limit reached, try again in 2h';
  await using agent = await begin(bench, { limit: said });

  expect(await agent.untilDone(soon('done'))).toMatchObject({
    kind: 'failed',
    failure: 'quota',
    message: said,
    retryAt: expect.any(Number),
  });
});
