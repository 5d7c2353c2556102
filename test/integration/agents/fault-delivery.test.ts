import { expect, test } from 'vitest';
import { freeze, noted, onServer, processesOf, soon, startDemo, work } from './demo-bench.ts';

test('a prompt for a busy agent waits until its turn is over', async () => {
  await using started = await startDemo({ workDelayMs: 400 }, { mode: 'persistent' });
  const { agent, request } = started;
  await agent.untilReady(soon('ready'));
  await onServer(started, async (server) => {
    const pane = server.pane('%0');
    await pane.typeText('What is tmux?', soon('typing'));
    await pane.pressKeys(['Enter'], soon('enter'));
  });
  await expect.poll(() => agent.state.kind, { interval: 5 }).toBe('busy');

  expect(await work(started)).toBe('finished');
  const submits = await noted(request, 'submit');
  expect(submits.map(({ isBusy }) => isBusy)).toEqual([false, false]);
});

test('a prompt waits also for a turn that began after the agent was ready', async () => {
  await using started = await startDemo({ workDelayMs: 400 }, { mode: 'persistent' });
  const { agent, request } = started;
  await agent.untilReady(soon('ready'));
  await onServer(started, async (server) => {
    const pane = server.pane('%0');
    await pane.typeText('What is tmux?', soon('typing'));
    await pane.pressKeys(['Enter'], soon('enter'));
  });
  await expect.poll(() => agent.state.kind, { interval: 5 }).toBe('busy');

  const receipt = await agent.deliver(soon('delivery'));

  expect(receipt.enters).toBeGreaterThan(0);
  expect((await agent.untilDone(soon('done'))).kind).toBe('finished');
  const submits = await noted(request, 'submit');
  expect(submits.map(({ isBusy }) => isBusy)).toEqual([false, false]);
});

test('a dialog that comes with the paste gets no Enter', async () => {
  await using started = await startDemo({ askOnPaste: true });
  const { agent, request } = started;
  await agent.untilReady(soon('ready'));

  await expect(agent.deliver(soon('delivery'))).rejects.toMatchObject({
    code: 'agent.not-delivered',
  });
  expect(await noted(request, 'asking')).toHaveLength(1);
  expect(await noted(request, 'answer')).toEqual([]);
  expect(await noted(request, 'submit')).toEqual([]);
});

test('nothing is pasted into another pane when the agent’s own was closed', async () => {
  await using started = await startDemo({});
  const { agent, request } = started;
  await agent.untilReady(soon('ready'));
  await onServer(started, async (server) => {
    await server.command(['split-window', '-d', '-t', '%0', 'cat'], soon('split'));
    await server.command(['kill-pane', '-t', '%0'], soon('kill'));

    await expect(agent.deliver(soon('delivery'))).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:agent\.lost|tmux\.pane-gone)$/),
    });
    const left = await server.pane('%1').capture(soon('capture'));
    expect(left.filter((row) => row !== '')).toEqual([]);
  });
  expect(await noted(request, 'submit')).toEqual([]);
});

test('an agent that is stopped takes no instruction, and its tmux server goes on', async () => {
  await using started = await startDemo({});
  const { agent, request } = started;
  await agent.untilReady(soon('ready'));
  await freeze(started);

  await expect(agent.deliver(soon('delivery'))).rejects.toMatchObject({
    code: 'agent.not-delivered',
    facts: { enters: 0 },
  });
  await onServer(started, async (server) => {
    // Far more than its terminal takes while nobody reads.
    await server.pane('%0').paste('x'.repeat(1_000_000), soon('a large paste'));
    expect(await server.command(['display-message', '-p', 'alive'], soon('answer'))).toEqual([
      'alive',
    ]);
  });
  await agent.stop(soon('stop'));
  expect(processesOf(started)).toEqual([]);
  expect(await noted(request, 'submit')).toEqual([]);
});
