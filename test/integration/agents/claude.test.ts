import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { AgentBlockedError } from '../../../src/agents/index.ts';
import { findByEnvironment, sendSignal } from '../../../src/base/index.ts';
import { openBench } from '../../support/claude-bench.ts';
import { type Reply, replyUsage } from '../../support/model-api.ts';
import { needRealClaude, realVersions } from '../../support/real-claude.ts';

const [newest] = realVersions;

describe.for(realVersions)('Claude Code %s', (version) => {
  test('does a job in a directory of ours, asked exactly once', async (context) => {
    const program = needRealClaude(version, context);
    await using bench = await openBench({ program, isTrusted: false });

    const { receipt, agent } = await bench.begin();
    const outcome = await agent.untilDone(bench.signal);

    const { exchange } = bench.request;
    expect(receipt.enters).toBe(0);
    expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'Stop hook' } });
    expect(await readFile(exchange.outputPath, 'utf8')).toBe('Hello.\n');
    expect(bench.api.prompts).toEqual([exchange.instruction]);
    expect(await agent.usage(bench.signal)).toMatchObject({
      inputTokens: 3 * replyUsage.input,
      outputTokens: 3 * replyUsage.output,
      cacheReadTokens: 3 * replyUsage.cacheRead,
      cacheWriteTokens: 3 * replyUsage.cacheWrite,
    });
  });

  test('is not told to trust a directory of somebody else', async (context) => {
    const program = needRealClaude(version, context);
    await using bench = await openBench({ program, isDirectoryOurs: false, isTrusted: false });

    const error: unknown = await bench.begin().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(AgentBlockedError);
    expect(error).toMatchObject({ facts: { dialog: 'trust' } });
    expect(bench.api.requestCount).toBe(0);
  });

  test('takes a pasted instruction exactly once', async (context) => {
    const program = needRealClaude(version, context);
    await using bench = await openBench({ program, delivery: 'paste' });

    const { receipt, agent } = await bench.begin();
    const outcome = await agent.untilDone(bench.signal);

    expect(receipt.enters).toBe(1);
    expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'Stop hook' } });
    expect(bench.api.prompts).toHaveLength(1);
  });
});

describe('failures of the API', () => {
  test.for([
    [400, 'permanent'],
    [529, 'transient'],
  ] as const)('%i is %s', async ([status, failure], context) => {
    const program = needRealClaude(newest, context);
    const first = (): Reply => ({ kind: 'error', status, message: 'no' });
    await using bench = await openBench({ program, first });

    const { outcome } = await bench.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure });
    expect(bench.api.prompts).toHaveLength(1);
  });

  test('an invalid key is permanent, once Claude Code has given up', async (context) => {
    const program = needRealClaude(newest, context);
    const error: Reply = { kind: 'error', status: 401, message: 'invalid x-api-key' };
    const environment = { CLAUDE_CODE_MAX_RETRIES: '1' };
    await using bench = await openBench({ program, first: () => error, environment });

    const { outcome } = await bench.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'permanent' });
  });
});

test('a turn that leaves a background task is not the end', async (context) => {
  const program = needRealClaude(newest, context);
  const input = { command: 'sleep 1', run_in_background: true };
  const replies: Reply[] = [
    { kind: 'tool', name: 'Bash', input },
    { kind: 'text', text: 'I wait for it.' },
  ];
  const first = (): Reply | undefined => replies.shift();
  await using bench = await openBench({ program, permission: 'allow', first });

  const { outcome } = await bench.perform();

  expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'Stop hook' } });
  expect(await readFile(bench.request.exchange.outputPath, 'utf8')).toBe('Hello.\n');
});

test('without hooks the output and the idle screen tell of the end', async (context) => {
  const program = needRealClaude(newest, context);
  await using bench = await openBench({ program, settings: { disableAllHooks: true } });

  const { outcome } = await bench.perform();

  expect(outcome).toMatchObject({ kind: 'finished', evidence: { source: 'output' } });
  expect(bench.api.prompts).toHaveLength(1);
});

test('another process adopts it in mid-turn and does not ask again', async (context) => {
  const answer = Promise.withResolvers<undefined>();
  const program = needRealClaude(newest, context);
  await using bench = await openBench({ program, first: async () => await answer.promise });
  const { agent: before } = await bench.begin();
  await before[Symbol.asyncDispose]();

  await using after = await bench.agents.adopt(bench.request, before.address, bench.signal);
  await after?.untilReady(bench.signal);
  await after?.deliver(bench.signal);
  answer.resolve(undefined);
  const outcome = await after?.untilDone(bench.signal);

  expect(outcome?.kind).toBe('finished');
  expect(bench.api.prompts).toHaveLength(1);
});

test('a killed tmux server is a lost agent, and nothing of it is left', async (context) => {
  const program = needRealClaude(newest, context);
  const never = Promise.withResolvers<undefined>();
  const input = { command: 'setsid sleep 300', run_in_background: true };
  const replies: Reply[] = [{ kind: 'tool', name: 'Bash', input }];
  const first = async (): Promise<Reply | undefined> => replies.shift() ?? (await never.promise);
  await using bench = await openBench({ program, permission: 'allow', first });
  const { agent } = await bench.begin();
  await expect.poll(() => bench.api.requestCount, { timeout: 20_000 }).toBe(2);

  sendSignal(agent.address.server.pid, 'SIGKILL');
  const outcome = await agent.untilDone(bench.signal);
  await bench.agents.clear(bench.request, bench.signal);

  expect(['lost', 'exited']).toContain(outcome.kind);
  expect(findByEnvironment('TMUX_BUILDER_RUN', bench.request.runId)).toEqual([]);
  expect(bench.api.prompts).toHaveLength(1);
});
