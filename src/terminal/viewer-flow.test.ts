import { expect, test } from 'vitest';
import { ViewerFlow } from './viewer-flow.ts';

const limits = { highBytes: 100, lowBytes: 20, bufferedHighBytes: 1_000, bufferedLowBytes: 500 };

function begun(): ViewerFlow {
  const flow = new ViewerFlow(limits);
  flow.sentSnapshot(50, 10);
  flow.ack(50);
  return flow;
}

test('sends on while the viewer keeps up', () => {
  const flow = begun();
  for (let end = 100; end < 2_000; end += 50) {
    expect(flow.admits(0)).toBe(true);
    flow.sentDelta(end);
    flow.ack(end);
  }
  expect(flow.unackedBytes).toBe(0);
});

test('stops above the high mark, and goes on with a snapshot below the low one', () => {
  const flow = begun();
  flow.sentDelta(151);
  expect(flow.admits(0)).toBe(false);
  flow.ack(131);
  expect(flow.unackedBytes).toBe(20);
  expect(flow.canResume(0)).toBe(false);
  expect(flow.admits(0)).toBe(false);
  flow.ack(132);
  expect(flow.canResume(0)).toBe(true);
  flow.sentSnapshot(9_000, 30);

  expect(flow.admits(0)).toBe(true);
  expect(flow.unackedBytes).toBe(49);
  flow.ack(8_999);
  expect(flow.unackedBytes).toBe(49);
  flow.ack(9_000);
  expect(flow.unackedBytes).toBe(0);
});

test('gives nothing to a viewer that never acknowledges, once its credit is used up', () => {
  const flow = new ViewerFlow(limits);
  flow.sentSnapshot(0, 10);
  let sent = 0;
  for (let end = 30; end < 3_000; end += 30) {
    if (!flow.admits(0)) continue;
    flow.sentDelta(end);
    sent += 30;
  }
  expect(sent).toBe(120);
  expect(flow.canResume(0)).toBe(false);
});

test('waits for a transport that is full, whatever the viewer says', () => {
  const flow = begun();
  expect(flow.admits(1_001)).toBe(false);
  expect(flow.canResume(501)).toBe(false);
  expect(flow.canResume(500)).toBe(true);
});

test('believes no acknowledgement of what was not sent', () => {
  const flow = begun();
  flow.sentDelta(120);
  flow.ack(1e9);
  expect(flow.unackedBytes).toBe(70);
});
