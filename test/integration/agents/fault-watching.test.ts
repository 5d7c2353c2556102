import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { demoAdapter, openAgents } from '../../../src/agents/engine.ts';
import { type Clock, silentLog, systemClock } from '../../../src/base/index.ts';
import { freeze, noted, onServer, soon, type StartedDemo, startDemo, work } from './demo-bench.ts';

/** Pids of the control clients through which this process watches the agent. */
function clientsOf({ request }: StartedDemo): readonly number[] {
  const format = '#{client_pid} #{client_control_mode}';
  const args = ['-S', request.socketPath, 'list-clients', '-F', format];
  const rows = execFileSync('tmux', args, { encoding: 'utf8' }).trim().split('\n');
  return rows.filter((row) => row.endsWith(' 1')).map((row) => Number(row.split(' ')[0]));
}

async function untilBusy({ agent }: StartedDemo): Promise<void> {
  await agent.untilReady(soon('ready'));
  await agent.deliver(soon('delivery'));
}

test('killed control clients are opened again, and nothing is sent a second time', async () => {
  await using started = await startDemo({ workDelayMs: 500 });
  await untilBusy(started);
  const clients = clientsOf(started);
  for (const pid of clients) process.kill(pid, 'SIGKILL');

  expect((await started.agent.untilDone(soon('done'))).kind).toBe('finished');
  expect(clients.length).toBeGreaterThan(0);
  expect(await noted(started.request, 'submit')).toHaveLength(1);
});

test('control clients that are killed before the delivery do not keep it from arriving', async () => {
  await using started = await startDemo({});
  await started.agent.untilReady(soon('ready'));
  for (const pid of clientsOf(started)) process.kill(pid, 'SIGKILL');

  expect(await work(started)).toBe('finished');
  expect(await noted(started.request, 'submit')).toHaveLength(1);
});

test('an agent whose control clients are stopped is seen to finish by its files', async () => {
  await using started = await startDemo({ workDelayMs: 300 });
  await untilBusy(started);
  for (const pid of clientsOf(started)) process.kill(pid, 'SIGSTOP');

  expect((await started.agent.untilDone(soon('done'))).kind).toBe('finished');
});

test.each([
  ['a killed pane', ['kill-pane', '-t', '%0']],
  ['a killed window', ['kill-window', '-t', '@0']],
  ['a killed session', ['kill-session', '-t', '$0']],
] as const)('%s is a lost agent', async (_what, command) => {
  await using started = await startDemo({ hang: true });
  await untilBusy(started);
  const tmux = (...args: readonly string[]): unknown =>
    execFileSync('tmux', ['-S', started.request.socketPath, ...args]);
  // The server would end with its last session, and that is another fault.
  tmux('new-session', '-d', '-s', 'other', 'cat');
  tmux(...command);

  expect((await started.agent.untilDone(soon('loss'))).kind).toBe('lost');
  expect(started.agent.state.kind).toBe('lost');
});

test('an agent is found whatever its window is called and wherever it stands', async () => {
  await using started = await startDemo({ workDelayMs: 600 });
  const tmux = (...args: readonly string[]): unknown =>
    execFileSync('tmux', ['-S', started.request.socketPath, ...args]);
  await started.agent.untilReady(soon('ready'));
  tmux('rename-session', '-t', '$0', 'mine');
  tmux('rename-window', '-t', '@0', 'renamed');
  tmux('split-window', '-t', '%0', 'cat');
  tmux('swap-pane', '-s', '%0', '-t', '%1');
  tmux('break-pane', '-d', '-s', '%0');

  expect(await work(started)).toBe('finished');
  expect(await noted(started.request, 'submit')).toHaveLength(1);
});

test('a prompt in the output, and a spinner above it, are neither rest nor work', async () => {
  await using started = await startDemo({ workDelayMs: 600 });
  await onServer(started, async (server) => {
    await started.agent.untilReady(soon('ready'));
    const pane = server.pane('%0');
    await pane.typeText('⠋ Working… (3 s · esc to interrupt) ❯', soon('typing'));
    await pane.pressKeys(['Enter'], soon('enter'));
  });
  await expect.poll(async () => await noted(started.request, 'done')).toHaveLength(1);

  expect(await work(started)).toBe('finished');
});

test('an agent that is stopped in its turn is given up, and cleared away', async () => {
  await using started = await startDemo({ hang: true });
  await untilBusy(started);
  await freeze(started);
  await started.agent[Symbol.asyncDispose]();
  const { request, agent } = started;
  const environment = { PATH: process.env['PATH'] ?? '' };
  const tools = { adapters: [demoAdapter], clock: systemClock, log: silentLog, environment };
  const watcher = await openAgents({ ...tools, stallMs: 300 }).adopt(
    request,
    agent.address,
    soon('adoption'),
  );
  await using adopted = watcher ?? expect.fail('it was not adopted');
  await adopted.untilReady(soon('ready'));

  await expect(adopted.untilDone(soon('end'))).rejects.toMatchObject({ code: 'agent.stalled' });
  await adopted.stop(soon('stop'));
});

/** A clock that somebody sets; what measures inside the process goes on as it was. */
function clockToSet(): Clock & { setBy(ms: number): void } {
  let offset = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + offset,
    setBy: (ms) => void (offset += ms),
  };
}

const HOUR_MS = 3_600_000;

test.each([
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
])('a clock that is set an hour %s changes nothing for an agent at work', async (_way, ms) => {
  const clock = clockToSet();
  await using started = await startDemo({ workDelayMs: 400 }, { clock });
  await started.agent.untilReady(soon('ready'));
  clock.setBy(ms);
  await started.agent.deliver(soon('delivery'));
  clock.setBy(ms);

  expect((await started.agent.untilDone(soon('done'))).kind).toBe('finished');
  expect(await noted(started.request, 'submit')).toHaveLength(1);
});
