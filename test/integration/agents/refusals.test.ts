import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandAdapter, demoAdapter } from '../../../src/agents/engine.ts';
import { Bench, expectNoProcess, within } from './bench.ts';

const soon = (what: string): AbortSignal => within(20_000, what);

test.each([
  ['agent.command-without-output', ['cat', '{prompt}']],
  ['agent.command-without-output', undefined],
  ['agent.not-found', ['no-such-program', '{output}']],
])('refuses a command before anything is started: %s', async (code, command) => {
  await using bench = await Bench.open(commandAdapter);
  const request = await bench.request({ command });

  await expect(bench.agents.start(request, soon('start'))).rejects.toMatchObject({ code });

  expect(existsSync(request.socketPath)).toBe(false);
});

test('names the agents that there are when it does not know one', async () => {
  await using bench = await Bench.open(demoAdapter);
  const request = await bench.request({ adapter: 'nobody' });

  const starting = bench.agents.start(request, soon('start'));

  await expect(starting).rejects.toMatchObject({
    code: 'agent.unknown',
    facts: { known: ['demo'] },
  });
  await expect(bench.agents.detect('nobody', soon('detect'))).rejects.toMatchObject({
    code: 'agent.unknown',
  });
});

test('refuses a working directory that is not there, and leaves nothing', async () => {
  await using bench = await Bench.open(demoAdapter);
  const request = await bench.request({ directory: '/nowhere/at/all' });

  await expect(bench.agents.start(request, soon('start'))).rejects.toMatchObject({
    code: 'tmux.bad-directory',
  });
  expectNoProcess(request);
});

test('leaves nothing when the start is given up', async () => {
  await using bench = await Bench.open(demoAdapter);
  const request = await bench.request();
  const giveUp = new AbortController();

  const starting = bench.agents.start(request, giveUp.signal);
  setImmediate(() => giveUp.abort(new Error('given up')));

  await expect(starting).rejects.toThrow('given up');
  await bench.agents.clear(request, soon('clear'));
  expectNoProcess(request);
});

test('clears what was never started', async () => {
  await using bench = await Bench.open(demoAdapter);
  const request = await bench.request();

  await bench.agents.clear(request, soon('clear'));

  expect(await bench.agents.adopt(request, undefined, soon('adoption'))).toBeUndefined();
  expect(await bench.agents.review(request, soon('review'))).toBeUndefined();
});

test('waits end with the reason that their caller gives', async () => {
  await using bench = await Bench.open(demoAdapter);
  const environment = { DEMO_AGENT: '{"startDelayMs":60000}' };
  await using agent = await bench.agents.start(await bench.request({ environment }), soon('start'));
  const reason = new Error('enough');

  const ready = agent.untilReady(AbortSignal.abort(reason));

  await expect(ready).rejects.toBe(reason);
  expect(agent.state.kind).toBe('starting');
});

test('clears a server that does not answer any more', async () => {
  await using bench = await Bench.open(demoAdapter);
  const request = await bench.request();
  const agent = await bench.agents.start(request, soon('start'));
  await agent[Symbol.asyncDispose]();
  process.kill(agent.address.server.pid, 'SIGSTOP');

  await bench.agents.clear(request, within(25_000, 'clear'));

  expectNoProcess(request);
});
