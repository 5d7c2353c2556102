import { expect, test, vi } from 'vitest';
import {
  firstConnection,
  happen,
  type Happening,
  nextConnection,
  whenReconnected,
} from './connection.ts';

function after(...steps: readonly (readonly [Happening, number])[]) {
  return steps.reduce((now, [what, at]) => nextConnection(now, what, at), firstConnection(0));
}

test('a line that breaks keeps the time of the last news', () => {
  const connection = after(['heard', 10], ['heard', 20], ['down', 30]);
  expect(connection).toMatchObject({ kind: 'reconnecting', since: 30, heardAt: 20 });
});

test('tries that fail do not move the time since when it is down', () => {
  const connection = after(['heard', 10], ['down', 30], ['down', 40], ['down', 50]);
  expect(connection).toMatchObject({ kind: 'reconnecting', since: 30 });
});

test('a device without a network is offline, and back at the first sign of life', () => {
  expect(after(['heard', 10], ['cut', 20])).toMatchObject({ kind: 'offline', since: 20 });
  expect(after(['heard', 10], ['cut', 20], ['heard', 30])).toMatchObject({ kind: 'connected' });
});

test('a first try that fails is still connecting, not a connection that was lost', () => {
  expect(after(['down', 10])).toMatchObject({ kind: 'connecting', heardAt: 0 });
});

test('coming back is told after a break, not at the first connection', () => {
  const act = vi.fn();
  const stop = whenReconnected(act);
  happen('heard');
  expect(act).not.toHaveBeenCalled();
  happen('down');
  happen('heard');
  happen('heard');
  expect(act).toHaveBeenCalledOnce();
  stop();
  happen('down');
  happen('heard');
  expect(act).toHaveBeenCalledOnce();
});
