import { expect, test } from 'vitest';
import { FakeClock } from '../base/index.ts';
import { untilStarted } from './until-started.ts';

const never = new AbortController().signal;

function starting() {
  const clock = new FakeClock();
  const agent = { isStarting: true };
  const listeners = new Set<() => void>();
  const watch = (listener: () => void): Disposable => {
    listeners.add(listener);
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  };
  const options = {
    agentId: 'job_a.1',
    store: { watch },
    clock,
    look: async () => ({ ...agent }),
    isStarting: (one: typeof agent) => one.isStarting,
  };
  return { clock, agent, listeners, options };
}

test('waits for an agent that is being started, and leaves nothing behind', async () => {
  const { clock, agent, listeners, options } = starting();
  const found = untilStarted(options, never);
  await expect.poll(() => listeners.size).toBe(1);
  agent.isStarting = false;
  for (const listener of listeners) listener();

  expect(await found).toEqual({ isStarting: false });
  expect([listeners.size, clock.pending]).toEqual([0, 0]);
});

test('says after ten seconds that it is still being started', async () => {
  const { clock, listeners, options } = starting();
  const found = untilStarted(options, never);
  const refused = expect(found).rejects.toMatchObject({ code: 'live-agent.starting' });
  await expect.poll(() => listeners.size).toBe(1);
  await clock.advance(10_000);

  await refused;
  expect([listeners.size, clock.pending]).toEqual([0, 0]);
});
