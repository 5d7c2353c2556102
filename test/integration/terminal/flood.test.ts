import { expect, test } from 'vitest';
import { flow } from '../../../src/contract/terminal-frames.ts';
import { openHub, startAgent, TestViewer } from './support.ts';

const LINES = 400_000;
const FLOOD = `read x; yes 'some line of a flood that nobody could ever read, so fast it is' | head -n ${LINES}; printf over; exec cat`;
const FLOOD_BYTES = LINES * 65;

test('keeps a viewer that never acknowledges within its credit, and holds up nobody', async () => {
  await using agent = await startAgent(FLOOD);
  const { pane, signal } = agent.opened;
  const hub = openHub();
  const [quick, stuck] = [new TestViewer('quick'), new TestViewer('stuck')];
  stuck.acksAtOnce = false;
  quick.keepsDeltas = false;
  await quick.watch(hub, agent.place);
  await stuck.watch(hub, agent.place);
  await pane.pressKeys(['Enter'], signal);
  await expect.poll(async () => await quick.text(), { timeout: 40_000 }).toContain('over');

  expect(quick.offset).toBeGreaterThan(FLOOD_BYTES);
  // The last block may begin below the mark and end above it.
  expect(stuck.receivedBytes).toBeLessThan(flow.highBytes + 2 * 65_536);
  expect(stuck.snapshots.length).toBeLessThanOrEqual(2);

  const before = stuck.snapshots.length;
  stuck.watching?.ack(stuck.offset);
  expect(stuck.snapshots).toHaveLength(before + 1);
  expect(stuck.snapshots.at(-1)?.isResync).toBe(true);
  expect(await stuck.text()).toBe(await quick.text());
});

test('leads a slow viewer through a flood by snapshots', async () => {
  await using agent = await startAgent(FLOOD);
  const { pane, signal } = agent.opened;
  const viewer = new TestViewer();
  viewer.acksAtOnce = false;
  viewer.keepsDeltas = false;
  await viewer.watch(openHub(), agent.place);
  await pane.pressKeys(['Enter'], signal);
  const acking = setInterval(() => viewer.watching?.ack(viewer.offset), 100);
  try {
    await expect.poll(async () => await viewer.text(), { timeout: 40_000 }).toContain('over');
  } finally {
    clearInterval(acking);
  }

  expect(viewer.snapshots.length).toBeGreaterThan(2);
  expect(viewer.receivedBytes).toBeLessThan(FLOOD_BYTES);
  expect(await viewer.rows()).toEqual(await pane.capture(signal));
});

test('sends nothing to a viewer whose transport is full, until it is not', async () => {
  await using agent = await startAgent('exec cat');
  const { pane, signal } = agent.opened;
  const hub = openHub();
  const [viewer, other] = [new TestViewer(), new TestViewer()];
  await viewer.watch(hub, agent.place);
  await other.watch(hub, agent.place);
  const before = viewer.receivedBytes;
  viewer.bufferedBytes = 2 * 1_024 * 1_024;
  await pane.typeText('unseen', signal);
  await expect.poll(async () => await other.text()).toBe('unseen');
  expect(viewer.receivedBytes).toBe(before);
  viewer.bufferedBytes = 0;

  // Once a second those that were left out are looked after.
  await expect.poll(async () => await viewer.text(), { timeout: 10_000 }).toBe('unseen');
  expect(viewer.snapshots.at(-1)?.isResync).toBe(true);
});

test('shows the end of a recording that is longer than what is drawn again', async () => {
  await using agent = await startAgent('seq 1 900000; printf over; exec cat');
  const { pane, signal } = agent.opened;
  await pane.untilScreen((rows) => rows.some((row) => row.includes('over')), signal);
  const viewer = new TestViewer();
  await viewer.watch(openHub(), agent.place);
  await expect.poll(async () => await viewer.text()).toContain('over');

  await expect.poll(async () => await viewer.rows()).toEqual(await pane.capture(signal));
  expect(viewer.snapshots.at(-1)?.offset).toBeGreaterThan(6_000_000);
});
