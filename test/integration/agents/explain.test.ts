import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { demoAdapter, openAgents } from '../../../src/agents/engine.ts';
import type { AgentRequest, Explanation } from '../../../src/agents/index.ts';
import { silentLog, systemClock } from '../../../src/base/index.ts';
import { readThenWrite } from '../../support/model-api.ts';
import { needRealClaude, realVersions } from '../../support/real-claude.ts';
import { ClaudeTalk } from './claude-conversation-bench.ts';
import { Conversation } from './conversation-bench.ts';
import { processesOf, soon, startDemo } from './demo-bench.ts';

const run = promisify(execFile);

/** What another process sees. */
async function explain(request: AgentRequest, adapter = demoAdapter): Promise<Explanation> {
  const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
  const options = { adapters: [adapter], clock: systemClock, log: silentLog, environment };
  return await openAgents(options).explain(request, soon('explanation'));
}

async function untilSeen(request: AgentRequest, kind: string): Promise<Explanation> {
  let seen = await explain(request);
  await expect
    .poll(async () => (seen = await explain(request)).state.kind, { timeout: 20_000 })
    .toBe(kind);
  const decisive = seen.evidence.filter(({ outranked }) => outranked === undefined);
  expect(decisive.map(({ evidence }) => evidence)).toEqual([seen.state.evidence]);
  return seen;
}

const sources = ({ evidence }: Explanation): readonly string[] =>
  evidence.map((one) => `${one.evidence.source} ${one.speaksFor ?? '-'}`);

test('an agent that starts, is ready, works, asks, and has done its work', async () => {
  const policy = { otherwise: 'ask', rules: [] } as const;
  const scenario = { startDelayMs: 1_000, workDelayMs: 1_000, permission: true };
  await using demo = await startDemo(scenario, { policy });
  const { request, agent } = demo;
  expect(sources(await untilSeen(request, 'starting'))).toEqual(['start starting']);
  await agent.untilReady(soon('ready'));
  expect(sources(await untilSeen(request, 'ready'))).toEqual(['screen ready', 'start starting']);
  await agent.deliver(soon('delivery'));
  await untilSeen(request, 'busy');
  // The screen may have been quicker than the hook, which then outranks it.
  const because = async (): Promise<string> => (await explain(request)).state.evidence.detail;
  await expect.poll(because).toBe('UserPromptSubmit hook');
  const { state } = await untilSeen(request, 'asking');
  expect(state).toMatchObject({ dialog: { kind: 'permission', choices: ['Allow', 'Deny'] } });

  await run('tmux', ['-S', request.socketPath, 'send-keys', '-t', '%0', '1']);
  expect((await agent.untilDone(soon('done'))).kind).toBe('finished');
  // The output was there before the turn ended, and says less.
  expect(sources(await untilSeen(request, 'finishing'))).toContain('output -');
});

test('an agent that exited, one whose server is gone, and one whose screen says nothing', async () => {
  await using exited = await startDemo({ crash: { phase: 'ready', status: 3 } });
  expect((await untilSeen(exited.request, 'exited')).state).toMatchObject({
    exit: { kind: 'status', status: 3 },
  });

  await using lost = await startDemo({});
  await lost.agent.untilReady(soon('ready'));
  process.kill(lost.agent.address.server.pid, 'SIGKILL');
  expect((await untilSeen(lost.request, 'lost')).state.evidence.detail).toBe(
    'no tmux server answers on its socket',
  );

  await using odd = await startDemo({});
  await odd.agent.untilReady(soon('ready'));
  const blind = { ...demoAdapter, readScreen: () => ({ kind: 'unknown', detail: 'odd' }) as const };
  expect((await explain(odd.request, blind)).state.kind).toBe('unknown');
});

test('an agent whose tmux server is silent is not lost', async () => {
  await using demo = await startDemo({});
  await demo.agent.untilReady(soon('ready'));
  const { pid } = demo.agent.address.server;
  process.kill(pid, 'SIGSTOP');
  const seen = await explain(demo.request);
  process.kill(pid, 'SIGCONT');

  expect(seen.state).toMatchObject({
    kind: 'unknown',
    evidence: {
      source: 'screen',
      detail: expect.stringContaining('did not answer within 3000 ms'),
    },
  });
});

test('an agent that was killed together with what writes its exit down', async () => {
  await using demo = await startDemo({});
  await demo.agent.untilReady(soon('ready'));
  for (const pid of processesOf(demo)) process.kill(pid, 'SIGKILL');
  expect((await untilSeen(demo.request, 'exited')).state).toMatchObject({
    exit: { kind: 'unknown' },
  });
});

test('a screen that has contradicted a hook for long, though nobody watched it', async () => {
  await using talk = await Conversation.open({ forget: true });
  await talk.handOver();
  await talk.agent[Symbol.asyncDispose]();
  const { evidence } = await untilSeen(talk.request, 'ready');
  expect(evidence[0]).toMatchObject({
    speaksFor: 'busy',
    outranked: 'contradicted for too long by weaker evidence',
  });
});

test('whoever drives the agent is not disturbed', async () => {
  await using demo = await startDemo({ workDelayMs: 1_500 });
  const { request, agent } = demo;
  const clients = async (): Promise<string> =>
    (await run('tmux', ['-S', request.socketPath, 'list-clients', '-F', '#{client_pid}'])).stdout;
  await agent.untilReady(soon('ready'));
  await agent.deliver(soon('delivery'));
  const before = await clients();
  await Promise.all(Array.from({ length: 20 }, async () => await explain(request)));
  expect(await clients()).toBe(before);
  expect((await agent.untilDone(soon('done'))).kind).toBe('finished');
});

test.for(realVersions)('the status file of Claude Code %s', async (version, context) => {
  const program = needRealClaude(version, context);
  await using talk = await ClaudeTalk.open({ program, mode: 'persistent', model: readThenWrite });
  const request = await talk.request('Say one.\n');
  const agent = await talk.start(request);
  await agent.untilReady(talk.signal);
  // It is written a moment after the prompt is drawn.
  const look = async (): Promise<readonly string[]> =>
    sources(await talk.agents.explain(request, talk.signal));
  await expect
    .poll(look, { timeout: 10_000 })
    .toEqual(['status-file ready', 'screen ready', 'start starting']);
  expect(await talk.work(agent)).toBe('finished');
});
