import { expect, test } from 'vitest';
import type { AgentState } from '../agents/index.ts';
import { FakeClock } from '../base/index.ts';
import { StartLimit } from './start-limit.ts';

const evidence = { source: 'screen', at: 0, detail: '' } as const;
const starting: AgentState = { kind: 'starting', evidence };
const asking: AgentState = {
  kind: 'asking',
  evidence,
  dialog: { kind: 'trust', question: 'Trust it?', choices: ['Yes', 'No'] },
};

function start(state: AgentState) {
  const clock = new FakeClock();
  const listeners = new Set<(state: AgentState) => void>();
  const watch = (listener: (state: AgentState) => void): Disposable => {
    listeners.add(listener);
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  };
  const limit = new StartLimit({ state, watch }, clock, 1_000, new Error('too late'));
  const tell = (now: AgentState): void => listeners.forEach((listener) => listener(now));
  return { clock, limit, tell };
}

test('the time is up after so long', async () => {
  const { clock, limit } = start(starting);
  await clock.advance(999);
  expect(limit.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(limit.signal.reason).toEqual(new Error('too late'));
});

test('while a person is asked it stands still', async () => {
  const { clock, limit, tell } = start(starting);
  await clock.advance(600);
  tell(asking);
  await clock.advance(60_000);
  expect(limit.signal.aborted).toBe(false);

  tell(starting);
  await clock.advance(399);
  expect(limit.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(limit.signal.aborted).toBe(true);
});

test('an agent that asks at once has its whole time afterwards', async () => {
  const { clock, limit, tell } = start(asking);
  await clock.advance(5_000);
  tell(starting);
  await clock.advance(999);
  expect(limit.signal.aborted).toBe(false);
});

test('disposed, it leaves no timer', async () => {
  const { clock, limit } = start(starting);
  limit[Symbol.dispose]();
  await clock.advance(5_000);
  expect(limit.signal.aborted).toBe(false);
  expect(clock.pending).toBe(0);
});
