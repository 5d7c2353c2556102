import { expect, test } from 'vitest';
import { paneExit } from './pane-exit.ts';

test.each([
  ['7', '', { kind: 'status', status: 7 }],
  ['0', '', { kind: 'status', status: 0 }],
  ['', '9', { kind: 'signal', signal: 'SIGKILL' }],
  ['', 'KILL', { kind: 'signal', signal: 'SIGKILL' }],
  ['', 'SIGTERM', { kind: 'signal', signal: 'SIGTERM' }],
  ['', '', { kind: 'unknown', reason: 'status-lost' }],
])('reads status %j and signal %j', (status, signal, expected) => {
  expect(paneExit(status, signal)).toEqual(expected);
});
