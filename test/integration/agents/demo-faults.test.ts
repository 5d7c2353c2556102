import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { demoAdapter } from '../../../src/agents/engine.ts';
import type { Agent, AgentRequest, Dialog } from '../../../src/agents/index.ts';
import { systemClock } from '../../../src/base/index.ts';
import { connectTmuxServer, type TmuxPane, type TmuxServer } from '../../../src/tmux/index.ts';
import { Bench, linesOf, within } from './bench.ts';

const soon = (what: string): AbortSignal => within(20_000, what);

interface Started extends AsyncDisposable {
  readonly bench: Bench;
  readonly request: AgentRequest;
  readonly agent: Agent;
}

async function start(scenario: object, more: Partial<AgentRequest> = {}): Promise<Started> {
  await using opened = new AsyncDisposableStack();
  const bench = opened.use(await Bench.open(demoAdapter));
  const environment = { DEMO_AGENT: JSON.stringify({ ...scenario, log: 'agent.log' }) };
  const request = await bench.request({ ...more, environment });
  const agent = opened.use(await bench.agents.start(request, soon('start')));
  const held = opened.move();
  return {
    bench,
    request,
    agent,
    [Symbol.asyncDispose]: async () => await held.disposeAsync(),
  };
}

async function events({ directory }: AgentRequest, name: string): Promise<readonly string[]> {
  const lines = await linesOf(join(directory, 'agent.log'));
  return lines.filter((line) => line.includes(`"event":"${name}"`));
}

async function onServer(
  { request }: Started,
  action: (server: TmuxServer) => Promise<void>,
): Promise<void> {
  const { socketPath } = request;
  await using server = await connectTmuxServer({ socketPath, clock: systemClock }, soon('connect'));
  await action(server);
}

/** Do something in the agent's pane, as a person at the keyboard does. */
async function asPerson(
  started: Started,
  action: (pane: TmuxPane) => Promise<void>,
): Promise<void> {
  await onServer(started, async (server) => await action(server.pane('%0')));
}

async function work({ agent }: Started): Promise<string> {
  await agent.untilReady(soon('ready'));
  await agent.deliver(soon('delivery'));
  return (await agent.untilDone(soon('done'))).kind;
}

describe('dialogs at the start', () => {
  test('trusts a directory of ours, and types nothing into the dialog', async () => {
    await using started = await start({ trust: true });

    expect(await work(started)).toBe('finished');
    expect(await events(started.request, 'answer')).toHaveLength(1);
    expect(await events(started.request, 'submit')).toHaveLength(1);
  });

  test('leaves the trust in a directory of others to a person', async () => {
    await using started = await start({ trust: true }, { isDirectoryOurs: false });

    await expect(started.agent.untilReady(soon('block'))).rejects.toMatchObject({
      code: 'agent.blocked',
      facts: { dialog: 'trust' },
    });
    expect(started.agent.state.kind).toBe('asking');
    expect(await events(started.request, 'answer')).toHaveLength(0);
  });

  test('waits for a person about a directory of others where that is wanted', async () => {
    const policy = { otherwise: 'ask', rules: [] } as const;
    await using started = await start({ trust: true }, { isDirectoryOurs: false, policy });
    const { agent, request } = started;
    const ready = agent.untilReady(soon('ready'), { onDialog: 'wait' });
    await untilState(agent, 'asking');
    const dialog = agent.state.kind === 'asking' ? agent.state.dialog : expect.fail('no dialog');
    const other = { ...dialog, question: 'Do you trust the files in /?' };

    await expect(agent.answer({ kind: 'allow' }, other, soon('other'))).rejects.toMatchObject({
      code: 'agent.no-such-question',
    });
    await agent.answer({ kind: 'choice', choice: 0 }, dialog, soon('answer'));
    await ready;

    expect(await work(started)).toBe('finished');
    expect(await events(request, 'answer')).toHaveLength(1);
  });

  test('fails about a directory of others where nobody is to be asked', async () => {
    const policy = { otherwise: 'deny', rules: [] } as const;
    await using started = await start({ trust: true }, { isDirectoryOurs: false, policy });

    const ready = started.agent.untilReady(soon('block'), { onDialog: 'wait' });
    await expect(ready).rejects.toMatchObject({ code: 'agent.blocked' });
  });

  test('types nothing before a slow agent reads', async () => {
    await using started = await start({ startDelayMs: 1_200 });

    expect(await work(started)).toBe('finished');
    expect(await events(started.request, 'submit')).toHaveLength(1);
  });
});

describe('permissions', () => {
  test.each([
    ['allow', true],
    ['deny', false],
  ] as const)('with the policy %s the output is written: %s', async (permission, isWritten) => {
    await using started = await start(
      { permission: true },
      { policy: { otherwise: permission, rules: [] } },
    );

    expect(await work(started)).toBe('finished');
    const written = stat(started.request.exchange.outputPath).then(
      () => true,
      () => false,
    );
    expect(await written).toBe(isWritten);
  });

  test('waits for a person with the policy ask, and goes on after the answer', async () => {
    await using started = await start(
      { permission: true },
      { policy: { otherwise: 'ask', rules: [] } },
    );
    const { agent } = started;
    await agent.untilReady(soon('ready'));
    await agent.deliver(soon('delivery'));
    await untilState(agent, 'asking');

    await asPerson(started, async (pane) => {
      // The hook tells of the question before it is drawn.
      await pane.untilScreen((rows) => rows.join().includes('1. Allow'), soon('question'));
      await pane.pressKeys(['1'], soon('answer'));
    });

    expect((await agent.untilDone(soon('done'))).kind).toBe('finished');
  });
});

describe('questions through a hook', () => {
  const asking: Partial<AgentRequest> = { policy: { otherwise: 'ask', rules: [] } };

  async function untilAsking(started: Started): Promise<Dialog> {
    const { agent } = started;
    await agent.untilReady(soon('ready'));
    await agent.deliver(soon('delivery'));
    return await untilHook(agent);
  }

  /** Its hook may tell of the question a moment after the screen does. */
  async function untilHook(agent: Agent): Promise<Dialog> {
    const dialog = (): Dialog | undefined =>
      agent.state.kind === 'asking' ? agent.state.dialog : undefined;
    await expect.poll(dialog, { interval: 5 }).toMatchObject({ reply: expect.any(String) });
    return dialog() ?? expect.fail('it asks nothing');
  }

  test('are answered without a key', async () => {
    await using started = await start({ permission: true, question: true }, asking);
    const { agent, request } = started;

    const permission = await untilAsking(started);
    await agent.answer({ kind: 'allow' }, permission, soon('answer'));
    const question = await untilHook(agent);
    await agent.answer({ kind: 'text', text: 'Green' }, question, soon('answer'));

    expect((await agent.untilDone(soon('done'))).kind).toBe('finished');
    expect(permission.tool?.subject).toBe(request.exchange.outputPath);
    expect(question).toMatchObject({ question: 'Which colour?', choices: ['Red', 'Blue'] });
    expect(await readFile(request.exchange.outputPath, 'utf8')).toContain('The colour is Green.');
    expect(await events(request, 'answer')).toEqual([]);
    expect(await readdir(join(request.homeDir, 'replies'))).toEqual([]);
  });

  test('that rules decide are seen by nobody', async () => {
    const rules = [{ decision: 'allow', tool: 'write', subject: '/*/output-*.md' }] as const;
    await using started = await start(
      { permission: true },
      { policy: { otherwise: 'deny', rules } },
    );
    const states: string[] = [];
    using _watching = started.agent.watch(({ kind }) => states.push(kind));

    expect(await work(started)).toBe('finished');
    expect(await events(started.request, 'hook-answer')).toHaveLength(1);
    expect(await stat(started.request.exchange.outputPath)).toBeDefined();
    expect(states).not.toContain('asking');
  });

  test('are gone for us once a person has answered in the terminal', async () => {
    await using started = await start({ permission: true }, asking);
    const dialog = await untilAsking(started);
    await asPerson(started, async (pane) => {
      await pane.untilScreen((rows) => rows.join().includes('1. Allow'), soon('question'));
      await pane.pressKeys(['1'], soon('answer'));
    });
    expect((await started.agent.untilDone(soon('done'))).kind).toBe('finished');

    await expect(
      started.agent.answer({ kind: 'deny' }, dialog, soon('answer')),
    ).rejects.toMatchObject({ code: 'agent.no-such-question' });
  });

  test('are closed when the agent is killed', async () => {
    await using started = await start({ permission: true }, asking);
    const dialog = await untilAsking(started);

    await started.agent.stop(soon('stop'));

    await expect(
      started.agent.answer({ kind: 'allow' }, dialog, soon('answer')),
    ).rejects.toMatchObject({ code: 'agent.no-such-question' });
  });
});

describe('delivery', () => {
  test('refuses to submit text that is not ours', async () => {
    await using started = await start({});
    await started.agent.untilReady(soon('ready'));
    await asPerson(started, async (pane) => {
      await pane.typeText('half a thought', soon('typing'));
      await pane.untilScreen((rows) => rows.join().includes('half a thought'), soon('echo'));
    });

    await expect(started.agent.deliver(soon('delivery'))).rejects.toMatchObject({
      code: 'agent.composer-not-empty',
    });
    expect(await events(started.request, 'submit')).toHaveLength(0);
  });

  test('does not take what a person asked for as its own delivery', async () => {
    await using started = await start({});
    const { request, agent } = started;
    await agent.untilReady(soon('ready'));
    await asPerson(started, async (pane) => {
      await pane.typeText('What is tmux?', soon('typing'));
      await pane.pressKeys(['Enter'], soon('enter'));
    });
    await untilState(agent, 'finishing');

    expect(await work(started)).toBe('finished');

    expect(await events(request, 'submit')).toHaveLength(2);
    expect(await readFile(request.exchange.outputPath, 'utf8')).toContain('hello from the test');
  });

  test('only presses Enter where our text stands in the composer already', async () => {
    await using started = await start({});
    const { bench, request, agent } = started;
    await agent.untilReady(soon('ready'));
    await asPerson(started, async (pane) => {
      await pane.paste(request.exchange.instruction ?? '', soon('paste'));
      await pane.untilScreen((rows) => rows.join('').includes('Read the file'), soon('echo'));
    });
    await agent[Symbol.asyncDispose]();

    const after = await bench.another().adopt(request, agent.address, soon('adoption'));
    await using adopted = after ?? expect.fail('it was not adopted');
    await adopted.untilReady(soon('ready'));
    await adopted.deliver(soon('delivery'));
    expect((await adopted.untilDone(soon('done'))).kind).toBe('finished');

    const [submit = '', ...others] = await events(request, 'submit');
    expect(others).toEqual([]);
    expect(submit.split('Read the file')).toHaveLength(2);
  });

  test('does not paste again where a paste was begun, also when no text is seen', async () => {
    await using started = await start({});
    await started.agent.untilReady(soon('ready'));
    await onServer(started, async (server) => {
      const scope = { pane: '%0' } as const;
      const { nonce } = started.request.exchange;
      const mark = { scope, name: '@tmux-builder-pasted', value: nonce };
      await server.setOption(mark, soon('mark'));
    });

    await expect(started.agent.deliver(soon('delivery'))).rejects.toMatchObject({
      code: 'agent.not-delivered',
      facts: { enters: 0 },
    });
    expect(await events(started.request, 'submit')).toHaveLength(0);
  });

  test('presses Enter a second time when the first was swallowed, and never a third', async () => {
    await using started = await start({ pasteGuardMs: 60_000 });
    await started.agent.untilReady(soon('ready'));

    await expect(started.agent.deliver(soon('delivery'))).rejects.toMatchObject({
      code: 'agent.not-delivered',
      facts: { enters: 2 },
    });
    expect(await events(started.request, 'enter-swallowed')).toHaveLength(2);
    expect(await events(started.request, 'submit')).toHaveLength(0);
  });

  test('delivers to an agent whose pane was left in copy mode', async () => {
    await using started = await start({});
    await started.agent.untilReady(soon('ready'));
    await onServer(started, async (server) => {
      await server.command(['copy-mode', '-t', started.agent.address.paneId], soon('copy mode'));
    });

    expect(await work(started)).toBe('finished');
    expect(await events(started.request, 'submit')).toHaveLength(1);
  });
});

describe('ends', () => {
  test.each([
    ['submitted', { status: 7 }, { kind: 'status', status: 7 }],
    ['output', { signal: 'SIGKILL' }, { kind: 'signal', signal: 9 }],
  ] as const)('tells how the agent crashed at %s', async (phase, crash, exit) => {
    await using started = await start({ crash: { phase, ...crash } });
    await started.agent.untilReady(soon('ready'));
    await started.agent.deliver(soon('delivery'));

    const outcome = await started.agent.untilDone(soon('end'));

    expect(outcome).toMatchObject({ kind: 'exited', exit });
  });

  test('shows the last words of an agent that never became ready', async () => {
    await using started = await start({ nonsense: true });

    await expect(started.agent.untilReady(soon('end'))).rejects.toMatchObject({
      code: 'agent.exited',
      exit: { kind: 'status', status: 2 },
    });
    const outcome = await started.agent.untilDone(soon('end'));
    expect('screen' in outcome && outcome.screen.join('\n')).toContain('no scenario');
  });

  test('counts a turn as over without its hook once the output is there and it idles', async () => {
    await using started = await start({ stop: false });

    expect(await work(started)).toBe('finished');
  });

  test.each(['flood', 'garbage'])('is not disturbed by %s on the terminal', async (kind) => {
    await using started = await start(kind === 'flood' ? { flood: 20_000 } : { garbage: true });

    expect(await work(started)).toBe('finished');
    const output = await readFile(started.request.exchange.outputPath, 'utf8');
    expect(output).toContain('hello from the test');
  });

  test('judges by its files an agent that finished while nobody looked', async () => {
    await using started = await start({ workDelayMs: 300 });
    const { bench, request, agent } = started;
    await agent.untilReady(soon('ready'));
    await agent.deliver(soon('delivery'));
    await agent[Symbol.asyncDispose]();
    expect(await bench.agents.review(request, soon('review'))).toBeUndefined();

    const watcher = await bench.another().adopt(request, undefined, soon('adoption'));
    await using adopted = watcher ?? expect.fail('it was not adopted');
    await adopted.untilDone(soon('done'));
    await adopted.stop(soon('stop'));

    expect(await bench.agents.adopt(request, agent.address, soon('adoption'))).toBeUndefined();
    expect(await bench.agents.review(request, soon('review'))).toMatchObject({ kind: 'finished' });
  });
});

test('tells of each state in order', async () => {
  await using started = await start({ workDelayMs: 300 });
  const states: string[] = [];
  using _watching = started.agent.watch(({ kind }) => states.push(kind));

  await work(started);

  const changes = states.filter((kind, at) => kind !== 'unknown' && kind !== states[at - 1]);
  expect(changes).toEqual(['ready', 'busy', 'finishing']);
});

async function untilState(agent: Agent, kind: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  using _watching = agent.watch((state) => state.kind === kind && resolve());
  if (agent.state.kind === kind) return;
  await promise;
}
