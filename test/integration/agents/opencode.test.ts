import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Agent, Answer, Dialog } from '../../../src/agents/index.ts';
import { parseRule } from '../../../src/agents/policy.ts';
import { findByEnvironment, sendSignal, systemClock } from '../../../src/base/index.ts';
import { connectTmuxServer } from '../../../src/tmux/index.ts';
import { type ChatReply, chatUsage } from '../../support/chat-completions-api.ts';
import type { ToolCall, ToolResult, Turn } from '../../support/model-api.ts';
import { type Bench, openBench, pointEvents } from '../../support/opencode-bench.ts';
import { needRealOpencode, opencodeModel } from '../../support/real-opencode.ts';

const bash = (command: string): ToolCall => ({
  name: 'bash',
  input: { command, description: 'A test' },
});

/** A model that begins with these tools, all at once, and goes on with the job after them. */
function begin(...calls: readonly ToolCall[]) {
  const results: ToolResult[] = [];
  const first = ({ toolResults }: Turn): ChatReply | undefined => {
    if (toolResults.length === 0) return { kind: 'tools', calls };
    if (results.length === 0) results.push(...toolResults);
    return undefined;
  };
  return { first, results };
}

/** Wait until it asks, and resolve with what. */
async function asks(agent: Agent, { signal }: Bench): Promise<Dialog> {
  const { promise, resolve, reject } = Promise.withResolvers<Dialog>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  using _watching = agent.watch((now) => now.kind === 'asking' && resolve(now.dialog));
  if (agent.state.kind === 'asking') return agent.state.dialog;
  return await promise;
}

/** Wait until the screen shows this. */
async function shows(agent: Agent, { signal }: Bench, text: string): Promise<void> {
  const look = async (): Promise<string> => (await agent.screen(signal)).join('\n');
  await expect.poll(look, { timeout: 60_000 }).toContain(text);
}

test('does a job in a new home, asked exactly once, and tells its tokens', async (context) => {
  const program = needRealOpencode(context);
  await using bench = await openBench({ program, model: opencodeModel });

  const { receipt, agent } = await bench.begin();
  const outcome = await agent.untilDone(bench.signal);

  const { exchange } = bench.request;
  const { prompt, cached, completion } = chatUsage;
  expect(receipt).toMatchObject({ enters: 0, evidence: { detail: 'chat_message hook' } });
  expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'session_idle hook' } });
  expect(await readFile(exchange.outputPath, 'utf8')).toBe('Hello.\n');
  expect(bench.api.prompts).toEqual([exchange.instruction]);
  expect(await agent.usage(bench.signal)).toMatchObject({
    inputTokens: 3 * (prompt - cached),
    outputTokens: 3 * completion,
    cacheReadTokens: 3 * cached,
    cacheWriteTokens: 0,
    models: [{ model: 'test-model' }],
  });
});

test('takes one pasted prompt after the other in one conversation', async (context) => {
  const program = needRealOpencode(context);
  await using bench = await openBench({ program, mode: 'persistent' });
  const { agent: before } = await bench.begin();
  const outcome = await before.untilDone(bench.signal);
  const conversation = await bench.agents.findConversation(bench.request, bench.signal);
  await before[Symbol.asyncDispose]();

  const { socketPath, runId } = bench.request;
  const next = await bench.another({ socketPath, runId });
  await pointEvents(next);
  const agent = await bench.agents.adopt(next, before.address, bench.signal);
  await using adopted = agent ?? expect.fail('it was not adopted');
  await adopted.untilReady(bench.signal);
  const receipt = await adopted.deliver(bench.signal);

  expect(outcome.kind).toBe('finished');
  expect(receipt.enters).toBe(1);
  expect(await adopted.untilDone(bench.signal)).toMatchObject({ kind: 'finished' });
  expect(bench.api.prompts).toEqual([
    bench.request.exchange.instruction,
    next.exchange.instruction,
  ]);
  expect(await bench.agents.findConversation(next, bench.signal)).toBe(conversation);
});

test('goes on with the conversation of an agent that was killed', async (context) => {
  const program = needRealOpencode(context);
  const never = Promise.withResolvers<undefined>();
  const replies = [never.promise];
  const first = async (): Promise<undefined> => await replies.shift();
  await using bench = await openBench({ program, first });
  const { agent: before } = await bench.begin();
  await expect.poll(() => bench.api.requestCount, { timeout: 60_000 }).toBe(1);
  sendSignal(before.address.server.pid, 'SIGKILL');
  await before.untilDone(bench.signal);

  const resume = await bench.agents.findConversation(bench.request, bench.signal);
  const next = await bench.another({ resume });
  const { agent, receipt } = await bench.begin(next);

  expect(resume).toMatch(/^ses_/);
  expect(receipt.enters).toBe(1);
  expect(await agent.untilDone(bench.signal)).toMatchObject({ kind: 'finished' });
  expect(await bench.agents.findConversation(next, bench.signal)).toBe(resume);
  expect(bench.api.lastRequest).toContain(bench.request.exchange.nonce);
});

describe('permissions', () => {
  test('are given by rules and by people, and refused without harm to those beside', async (context) => {
    const program = needRealOpencode(context);
    const { first, results } = begin(
      bash('kill -0 $PPID'),
      bash('printf done > beyond.txt'),
      bash('printf fine'),
    );
    const rules = [parseRule('allow', 'bash(printf fine)')];
    await using bench = await openBench({ program, rules, first });
    const steps: string[] = [];

    const { agent } = await bench.begin();
    const done = agent.untilDone(bench.signal, ({ kind, detail }) =>
      steps.push(`${kind} ${detail}`),
    );
    await shows(agent, bench, 'Allow once');
    const questions: string[] = [];
    while (questions.length < 2) {
      const dialog = await asks(agent, bench);
      questions.push(dialog.question);
      const isRefused = dialog.question.includes('kill');
      const answer = isRefused ? { kind: 'deny', message: 'Not that.' } : { kind: 'allow' };
      await agent.answer(answer as Answer, dialog, bench.signal);
    }

    expect((await done).kind).toBe('finished');
    expect(questions.toSorted()).toEqual(['bash: kill -0 $PPID', 'bash: printf done > beyond.txt']);
    expect(results.map(({ text }) => text)).toEqual([
      expect.stringContaining('Not that.'),
      '(no output)',
      'fine',
    ]);
    expect(steps).toEqual(['answered allow bash: printf fine']);
    expect(await readFile(join(bench.home.project, 'beyond.txt'), 'utf8')).toBe('done');
    expect(await readdir(join(bench.request.homeDir, 'replies'))).toEqual([]);
  });

  test('may be answered in the terminal too, which closes the question', async (context) => {
    const program = needRealOpencode(context);
    const { first, results } = begin(bash('printf fine'));
    await using bench = await openBench({ program, first });

    const { agent } = await bench.begin();
    await asks(agent, bench);
    await shows(agent, bench, 'Allow once');
    const { socketPath } = agent.address;
    const options = { socketPath, clock: systemClock, environment: bench.request.environment };
    await using server = await connectTmuxServer(options, bench.signal);
    await server.pane('%0').pressKeys(['Enter'], bench.signal);

    expect(await agent.untilDone(bench.signal)).toMatchObject({ kind: 'finished' });
    expect(results.map(({ text }) => text)).toEqual(['fine']);
    expect(await readdir(join(bench.request.homeDir, 'replies'))).toEqual([]);
  });

  test('of a job that answers every tool alike need nobody', async (context) => {
    const program = needRealOpencode(context);
    const question = { question: 'Which?', header: 'Which', options: [] };
    const { first, results } = begin(
      bash('printf fine'),
      { name: 'write', input: { filePath: '/etc/not-yours', content: 'no' } },
      { name: 'question', input: { questions: [question] } },
    );
    await using bench = await openBench({ program, permission: 'deny', first });

    const { outcome } = await bench.perform();

    expect(outcome.kind).toBe('finished');
    expect(results.map(({ text }) => text)).toEqual([
      expect.stringContaining('This job may not use tools'),
      expect.stringContaining('rejected permission'),
      // The model is not even offered it.
      expect.stringContaining('unavailable tool'),
    ]);
  });

  test('of the person stay in force, but for what a rule of the job forbids', async (context) => {
    const program = needRealOpencode(context);
    const { first, results } = begin(
      ...['seq 1', 'kill -0 $PPID', 'printf fine', 'env'].map(bash),
      { name: 'read', input: { filePath: '/etc/hostname' } },
    );
    const permission = { bash: { 'seq *': 'allow', 'kill *': 'deny', 'printf *': 'allow' } };
    const rules = [
      parseRule('allow', 'bash(env)'),
      parseRule('deny', 'bash(printf *)'),
      parseRule('deny', 'read(/etc/*)'),
    ];
    await using bench = await openBench({ program, config: { permission }, rules, first });

    const { outcome } = await bench.perform();

    expect(outcome.kind).toBe('finished');
    expect(results.map(({ text }) => text)).toEqual([
      '1\n',
      expect.stringContaining('prevents you from using this specific tool call'),
      expect.stringContaining('A rule of this job forbids it'),
      // Another opencode that the agent starts is none of ours.
      expect.stringMatching(/^OPENCODE_CONFIG_CONTENT=$(?:.|\n)*^npm_config_offline=$/m),
      expect.stringContaining('A rule of this job forbids it'),
    ]);
  });

  test('are all asked for where our plugin is not loaded', async (context) => {
    const program = needRealOpencode(context);
    const { first } = begin(bash('printf fine'));
    await using bench = await openBench({ program, permission: 'deny', first });
    const environment = { ...bench.request.environment, OPENCODE_PURE: '1' };

    await using agent = await bench.agents.start({ ...bench.request, environment }, bench.signal);

    await shows(agent, bench, 'Permission required');
    expect(await readdir(bench.request.exchange.eventsDir)).toEqual([]);
  });
});

test('a question of the model is answered in words', async (context) => {
  const program = needRealOpencode(context);
  const options = [
    { label: 'Red', description: 'Like fire' },
    { label: 'Blue', description: 'Like the sky' },
  ];
  const questions = [{ question: 'Which colour?', header: 'Colour', options }];
  const { first, results } = begin({ name: 'question', input: { questions } });
  await using bench = await openBench({ program, first });

  const { agent } = await bench.begin();
  const dialog = await asks(agent, bench);
  await agent.answer({ kind: 'text', text: 'Green' }, dialog, bench.signal);

  expect(await agent.untilDone(bench.signal)).toMatchObject({ kind: 'finished' });
  expect(dialog).toMatchObject({ kind: 'question', question: 'Which colour?' });
  expect(dialog.choices).toEqual(['Red', 'Blue']);
  expect(results[0]?.text).toContain('"Which colour?"="Green"');
});

describe('failures', () => {
  test.for([
    [
      { kind: 'error', status: 400, message: 'no' },
      { failure: 'permanent', message: 'no' },
    ],
    [
      { kind: 'error', status: 429, message: 'Slow down', headers: { 'retry-after': '3600' } },
      { failure: 'quota', retryAt: expect.any(Number) },
    ],
  ] as const)('%o of the API is %o', async ([reply, failure], context) => {
    const program = needRealOpencode(context);
    await using bench = await openBench({ program, first: () => reply });

    const { outcome } = await bench.perform();

    expect(outcome).toMatchObject({ kind: 'failed', ...failure });
    expect(bench.api.prompts).toHaveLength(1);
  });

  test('a model that opencode would replace by another one is permanent', async (context) => {
    const program = needRealOpencode(context);
    await using bench = await openBench({ program, model: 'local/other' });

    const { outcome } = await bench.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'permanent' });
    expect(outcome).toMatchObject({ message: expect.stringContaining('local/other') });
  });

  test('without any provider the dialog that is open is named', async (context) => {
    const program = needRealOpencode(context);
    const config = { enabled_providers: [], provider: {} };
    await using bench = await openBench({ program, config });

    await expect(bench.begin()).rejects.toMatchObject({
      code: 'agent.blocked',
      facts: { dialog: 'login' },
    });
  });
});

test('is interrupted, and an interrupted turn is no finished one', async (context) => {
  const program = needRealOpencode(context);
  const never = Promise.withResolvers<undefined>();
  const first = async (): Promise<undefined> => await never.promise;
  await using bench = await openBench({ program, first });
  const { agent } = await bench.begin();
  await expect.poll(() => bench.api.requestCount, { timeout: 60_000 }).toBe(1);

  await agent.interrupt(bench.signal);

  expect((await agent.screen(bench.signal)).join('\n')).not.toContain('esc interrupt');
  await expect.poll(() => agent.state.kind, { timeout: 10_000 }).toBe('ready');
  await agent.stop(bench.signal);
  expect(await bench.agents.review(bench.request, bench.signal)).toBeUndefined();
});

test('a killed tmux server is a lost agent, and nothing of it is left', async (context) => {
  const program = needRealOpencode(context);
  const { first } = begin(bash('setsid sleep 300 & sleep 300'));
  await using bench = await openBench({ program, permission: 'allow', first });
  const { agent } = await bench.begin();
  await shows(agent, bench, 'sleep 300');
  const mine = () => findByEnvironment('TMUX_BUILDER_RUN', bench.request.runId).length;
  // The server, the runner, its recorder, opencode, its shell and two sleepers.
  await expect.poll(mine, { timeout: 60_000 }).toBeGreaterThanOrEqual(6);

  sendSignal(agent.address.server.pid, 'SIGKILL');
  const outcome = await agent.untilDone(bench.signal);
  await bench.agents.clear(bench.request, bench.signal);

  expect(['lost', 'exited']).toContain(outcome.kind);
  expect(mine()).toBe(0);
  const review = await bench.agents.review(bench.request, bench.signal);
  expect(review?.kind).not.toBe('finished');
});
