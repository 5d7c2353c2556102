import { expect, test } from 'vitest';
import { findProcess } from '../../../src/base/index.ts';
import { processesOf, soon, startDemo } from './demo-bench.ts';

test('nothing of an agent is left when the next one starts in its place', async () => {
  const ignore = ['SIGTERM', 'SIGHUP', 'SIGINT'];
  await using started = await startDemo({ hang: true, ignore, fork: true });
  const { bench, request, agent } = started;
  await agent.untilReady(soon('ready'));
  const pids = [agent.address.server.pid, ...processesOf(started)];
  const before = await Promise.all(pids.map(findProcess));
  await agent[Symbol.asyncDispose]();

  await using next = await bench.another().start(request, soon('start'));
  const after = await Promise.all(pids.map(findProcess));

  // The server, the runner, the agent and its child in a session of its own, at least.
  expect(before.filter((one) => one !== undefined).length).toBeGreaterThanOrEqual(4);
  const startTimes = new Set(before.map((one) => `${one?.pid} ${one?.startTime}`));
  expect(after.filter((one) => one && startTimes.has(`${one.pid} ${one.startTime}`))).toEqual([]);
  expect(next.address.server.pid).not.toBe(agent.address.server.pid);
});
