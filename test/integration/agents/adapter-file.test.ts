import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAdapterFiles } from '../../../src/agents/adapter-file/load-adapter-files.ts';
import type { AgentRequest } from '../../../src/agents/index.ts';
import { systemClock } from '../../../src/base/index.ts';
import { agentContract } from './agent-contract.ts';
import { Bench, linesOf, within } from './bench.ts';

const examples = resolve('examples/adapter');
const [adapter] = await loadAdapterFiles([join(examples, 'mini.yaml')], systemClock);
if (adapter === undefined) throw new Error('the example makes no adapter');

const delays = { works: 0, slow: 600, endless: 1_000_000_000 } as const;

/** The program is found on the PATH, and finds Node there. */
const environment = (delayMs: number) => ({
  PATH: [examples, dirname(process.execPath), process.env['PATH']].join(delimiter),
  MINI_AGENT_DELAY_MS: String(delayMs),
});

agentContract({
  adapter,
  behaviours: ['works', 'slow', 'endless'],
  more: async (behaviour) => ({
    environment: environment(behaviour in delays ? delays[behaviour as keyof typeof delays] : 0),
  }),
  submits: async ({ directory }) => (await linesOf(join(directory, 'mini-agent.log'))).length,
});

describe('an agent of an adapter file', () => {
  test('is found with its version', async () => {
    const found = await adapter.detect(environment(0), within(20_000, 'detection'));
    expect(found).toMatchObject({ isFound: true, version: '1.0.0', problem: undefined });
  });

  test('works in a version that is untested, which is said', async () => {
    await using bench = await Bench.open(adapter);
    const path = join(bench.dir, 'newer.yaml');
    const text = await readFile(join(examples, 'mini.yaml'), 'utf8');
    await writeFile(path, text.replace('1.0.0', '0.9.0'));
    const [newer = adapter] = await loadAdapterFiles([path], systemClock);

    expect(await newer.detect(environment(0), within(20_000, 'detection'))).toMatchObject({
      isFound: true,
      readiness: 'unknown',
      version: '1.0.0',
      problem: 'Version 1.0.0 is untested (hooks, dialogs, screens); tested is 0.9.0',
    });
  });

  test('is not found where its program is not, and says how to get it', async () => {
    expect(await adapter.detect({ PATH: '/nowhere' }, within(20_000, 'detection'))).toMatchObject({
      isFound: false,
      readiness: 'no',
      problem: 'mini-agent.mjs was not found',
      todo: 'Put examples/adapter/mini-agent.mjs on the PATH',
    });
  });

  test('does not do what the policy denies', async () => {
    await using bench = await Bench.open(adapter);
    const request = await bench.request({
      environment: environment(0),
      exchangeDirs: [],
      policy: { otherwise: 'allow', rules: [{ decision: 'deny', tool: 'write', subject: '/*' }] },
    });

    await using _agent = await run(bench, request);

    expect(existsSync(request.exchange.outputPath)).toBe(false);
  });

  test('does what the policy allows', async () => {
    await using bench = await Bench.open(adapter);
    const request = await bench.request({ environment: environment(0), exchangeDirs: [] });

    await using _agent = await run(bench, request);

    expect(existsSync(request.exchange.outputPath)).toBe(true);
  });

  test('waits at a dialog of trust when the directory is not ours', async () => {
    await using bench = await Bench.open(adapter);
    const request = await bench.request({ environment: environment(0), isDirectoryOurs: false });
    await using agent = await bench.agents.start(request, within(20_000, 'start'));

    await expect(agent.untilReady(within(20_000, 'the dialog'))).rejects.toMatchObject({
      code: 'agent.blocked',
    });
  });

  test('goes on with the conversation that its events name', async () => {
    await using bench = await Bench.open(adapter);
    const request = await bench.request({ environment: environment(0) });
    await using _agent = await run(bench, request);

    const limit = within(20_000, 'reading');
    const resume = await bench.agents.findConversation(request, limit);
    expect(resume).toBe(request.conversationId);
    const next = { ...request, resume };
    const launch = await adapter.launch(next, { hookArgv: ['h'], askArgv: ['a'] }, limit);
    expect(launch.argv.slice(1)).toEqual([
      '--settings',
      join(request.homeDir, 'mini-settings.json'),
      '--may-write',
      request.exchange.dir,
      '--resume',
      request.conversationId,
    ]);
  });

  test('tells its tokens', async () => {
    await using bench = await Bench.open(adapter);
    const request = await bench.request({ environment: environment(0) });
    await using agent = await run(bench, request);

    const inputTokens = request.exchange.instruction?.length;
    expect(await agent.usage(within(20_000, 'usage'))).toMatchObject({
      inputTokens,
      outputTokens: 1,
    });
    expect(await readFile(request.exchange.outputPath, 'utf8')).toContain('hello from the test');
  });
});

async function run(bench: Bench, request: AgentRequest) {
  const agent = await bench.agents.start(request, within(20_000, 'start'));
  await agent.untilReady(within(20_000, 'ready'));
  await agent.deliver(within(20_000, 'delivery'));
  expect((await agent.untilDone(within(20_000, 'done'))).kind).toBe('finished');
  return agent;
}
