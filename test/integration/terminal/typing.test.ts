import { expect, test } from 'vitest';
import { FakeClock, systemClock } from '../../../src/base/index.ts';
import { type Agent, openHub, startAgent, TestViewer } from './support.ts';

const never = new AbortController().signal;

test('types what the writer types, in its order, and acknowledges each input', async () => {
  await using agent = await startRawAgent();
  const viewer = new TestViewer();
  const watching = await viewer.watch(openHub(), agent.place);
  await watching.acquire({ take: false }, never);
  expect(viewer.lease).toMatchObject({ isMine: true, holder: { name: 'ada' } });

  const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
  await Promise.all(
    letters.map(async (letter, at) => await watching.input(at + 1, Buffer.from(letter), never)),
  );
  await expect.poll(async () => await viewer.text()).toBe(`>${letters.join('')}`);
  expect(viewer.acked).toEqual(letters.map((_, at) => at + 1));
});

test('types nothing twice, and passes over nothing', async () => {
  await using agent = await startRawAgent();
  const viewer = new TestViewer();
  const watching = await viewer.watch(openHub(), agent.place);
  await watching.acquire({ take: false }, never);
  await watching.input(1, Buffer.from('a'), never);
  await watching.input(1, Buffer.from('a'), never);
  await expect(watching.input(3, Buffer.from('c'), never)).rejects.toMatchObject({
    code: 'terminal.input-gap',
  });
  await watching.input(2, Buffer.from('b'), never);

  await expect.poll(async () => await viewer.text()).toBe('>ab');
  expect(viewer.acked).toEqual([1, 1, 2]);
});

test('keeps the order of a long paste and what is typed around it', async () => {
  await using agent = await startAgent('stty raw -echo; printf "\\033[?2004h"; exec cat -v');
  const { pane, signal } = agent.opened;
  const viewer = new TestViewer();
  const watching = await viewer.watch(openHub(), agent.place);
  await watching.acquire({ take: false }, never);
  await expect.poll(() => viewer.offset).toBeGreaterThan(0);
  const text = `${'x'.repeat(9_000)}\u001b[201~`;
  await Promise.all([
    watching.input(1, Buffer.from('<'), never),
    watching.paste(2, text, never),
    watching.input(3, Buffer.from('>'), never),
  ]);

  const shown = async (): Promise<string> =>
    (await pane.capture(signal, { historyRows: 'all', joinLines: true })).join('').trimEnd();
  await expect.poll(shown).toMatch(/>$/);
  expect(await shown()).toBe(`<^[[200~${'x'.repeat(9_000)}^[[201~>`);
});

test('lets one person type at a time, who can be taken over from', async () => {
  await using agent = await startAgent('exec cat');
  const hub = openHub();
  const [ada, bob] = [new TestViewer('ada'), new TestViewer('bob')];
  const first = await ada.watch(hub, agent.place);
  const second = await bob.watch(hub, agent.place);
  await expect(first.input(1, Buffer.from('x'), never)).rejects.toMatchObject({
    code: 'terminal.not-writer',
  });
  await first.acquire({ take: false }, never);
  expect(bob.lease).toMatchObject({ isMine: false, holder: { name: 'ada' } });
  await expect(second.acquire({ take: false }, never)).rejects.toMatchObject({
    code: 'terminal.held',
  });
  expect(hub.stats().leases).toBe(1);

  await second.acquire({ take: true }, never);
  expect(ada.lease).toMatchObject({ isMine: false, holder: { name: 'bob' } });
  await expect(first.input(2, Buffer.from('x'), never)).rejects.toMatchObject({
    code: 'terminal.not-writer',
  });
  await expect(first.resize({ columns: 90, rows: 30 }, never)).rejects.toMatchObject({
    code: 'terminal.not-writer',
  });
  await second.input(1, Buffer.from('y'), never);
  await expect.poll(async () => await ada.text()).toBe('y');

  second[Symbol.dispose]();
  expect(ada.lease?.holder).toBeUndefined();
  expect(hub.stats().leases).toBe(0);
});

test('ends the right to type of who does nothing, and its connection', async () => {
  await using agent = await startAgent('exec cat');
  const { server, signal } = agent.opened;
  const fake = new FakeClock();
  // Time passes for the lease alone.
  const clock = {
    ...systemClock,
    deadline: fake.deadline.bind(fake),
    monotonic: () => fake.monotonic(),
  };
  const hub = openHub({ clock });
  const viewer = new TestViewer();
  const watching = await viewer.watch(hub, agent.place);
  const clients = async (): Promise<number> =>
    (await server.command(['list-clients'], signal)).length;
  const before = await clients();
  await watching.acquire({ take: false }, never);
  expect(await clients()).toBe(before + 1);
  await fake.advance(30_000);

  expect(viewer.lease?.holder).toBeUndefined();
  await expect.poll(clients).toBe(before);
});

test('types what was on its way when the right to type is given back', async () => {
  await using agent = await startRawAgent();
  const viewer = new TestViewer();
  const watching = await viewer.watch(openHub(), agent.place);
  await watching.acquire({ take: false }, never);
  const typing = watching.input(1, Buffer.from('last'), never);
  watching.release();
  await typing;
  await expect.poll(async () => await viewer.text()).toBe('>last');

  watching[Symbol.dispose]();
  watching.ack(5);
  await expect(watching.acquire({ take: false }, never)).rejects.toMatchObject({
    code: 'terminal.gone',
  });
});

test('leaves copy mode before it types', async () => {
  await using agent = await startAgent('exec cat');
  const { pane, server, signal } = agent.opened;
  const viewer = new TestViewer();
  const watching = await viewer.watch(openHub(), agent.place);
  await watching.acquire({ take: false }, never);
  await server.command(['copy-mode', '-t', pane.id], signal);
  await watching.input(1, Buffer.from('typed'), never);

  await expect.poll(async () => await viewer.text()).toBe('typed');
});

test('lets nobody but tmux answer what a program asks its terminal', async () => {
  // It shows all that it is sent, the answer of its terminal too.
  await using agent = await startAgent('stty raw -echo; printf "\\033[6n"; exec cat -v');
  const hub = openHub();
  const viewers = [new TestViewer(), new TestViewer()];
  for (const viewer of viewers) await viewer.watch(hub, agent.place);
  await expect.poll(async () => await viewers[1]?.text()).toContain('R');
  await viewers[0]?.watching?.acquire({ take: false }, never);
  await viewers[0]?.watching?.input(1, Buffer.from('.'), never);

  await expect.poll(async () => await viewers[1]?.text()).toBe('^[[1;1R.');
});

test('says that the terminal is gone once its server died', async () => {
  await using agent = await startAgent('exec cat');
  const viewer = new TestViewer();
  const watching = await viewer.watch(openHub(), agent.place);
  await watching.acquire({ take: false }, never);
  process.kill(agent.opened.server.generation.pid, 'SIGKILL');

  await expect(watching.input(1, Buffer.from('x'), never)).rejects.toMatchObject({
    code: 'terminal.gone',
  });
});

/** A program that prints what it reads, once its terminal echoes nothing by itself. */
async function startRawAgent(): Promise<Agent> {
  const agent = await startAgent('stty raw -echo; printf ">"; exec cat');
  const { pane, signal } = agent.opened;
  await pane.untilScreen((rows) => rows.includes('>'), signal);
  return agent;
}
