import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { geminiAdapter } from '../../../src/agents/gemini/gemini-adapter.ts';
import {
  type Agent,
  AgentBlockedError,
  type AgentOutcome,
  type AgentRequest,
  type PermissionPolicy,
} from '../../../src/agents/index.ts';
import { systemClock } from '../../../src/base/index.ts';
import {
  type GeminiApi,
  type GeminiReply,
  geminiUsage,
  openGeminiApi,
  readThenWriteFile,
} from '../../support/gemini-api.ts';
import type { Turn } from '../../support/model-api.ts';
import { needRealGemini, openGeminiHome } from '../../support/real-gemini.ts';
import { Bench, within } from './bench.ts';

type Awaitable<T> = T | Promise<T>;

interface Wanted extends Partial<AgentRequest> {
  /** `~/.gemini/settings.json` of the person, besides what every test has. */
  readonly settings?: object;
  /** What the model does before it reads the prompt and writes the output. */
  readonly first?: (turn: Turn) => Awaitable<GeminiReply | undefined>;
}

/** One person with Gemini CLI, a model and agents of their own. */
interface Lab extends AsyncDisposable {
  readonly api: GeminiApi;
  readonly bench: Bench;
  readonly home: string;
  readonly signal: AbortSignal;
  request(more?: Partial<AgentRequest>): Promise<AgentRequest>;
  /** Start, wait until ready, deliver. */
  begin(more?: Partial<AgentRequest>): Promise<{ agent: Agent; request: AgentRequest }>;
  /** The whole way; the agent goes on running. */
  perform(more?: Partial<AgentRequest>): Promise<{ agent: Agent; outcome: AgentOutcome }>;
}

/** Shorter than a test's own limit, after which nothing of it would be cleared. */
const LIMIT_MS = 25_000;

async function openLab(context: TestContext, wanted: Wanted = {}): Promise<Lab> {
  const program = needRealGemini(context);
  const { settings, first, ...own } = wanted;
  await using stack = new AsyncDisposableStack();
  const model = async (turn: Turn): Promise<GeminiReply> => {
    const reply = await first?.(turn);
    const read = turn.toolResults.filter(({ name }) => /^(?:read|write)_file$/.test(name));
    return reply ?? readThenWriteFile({ ...turn, toolResults: read });
  };
  const api = stack.use(await openGeminiApi(model));
  const home = stack.use(await openGeminiHome(settings));
  const bench = stack.use(await Bench.open(geminiAdapter({ program, clock: systemClock })));
  const started = stack.use(new AsyncDisposableStack());
  const signal = within(LIMIT_MS, 'the test');
  const environment = { ...home.environment, GOOGLE_GEMINI_BASE_URL: api.url };
  const request: Lab['request'] = async (more) =>
    await bench.request({ ...own, ...more, environment: { ...environment, ...own.environment } });
  const begin: Lab['begin'] = async (more) => {
    const asked = await request(more);
    const agent = started.use(await bench.agents.start(asked, signal));
    await agent.untilReady(signal);
    await agent.deliver(signal);
    return { agent, request: asked };
  };
  const perform: Lab['perform'] = async (more) => {
    const { agent } = await begin(more);
    return { agent, outcome: await agent.untilDone(signal) };
  };
  const all = stack.move();
  const dispose = async (): Promise<void> => await all.disposeAsync();
  const dir = join(home.dir, 'home');
  return { api, bench, home: dir, signal, request, begin, perform, [Symbol.asyncDispose]: dispose };
}

test('does a job in a directory of ours, asked exactly once', async (context) => {
  await using lab = await openLab(context);

  const { agent, request } = await lab.begin();
  const outcome = await agent.untilDone(lab.signal);

  expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'AfterAgent hook' } });
  expect(await readFile(request.exchange.outputPath, 'utf8')).toContain('hello from the test');
  expect(lab.api.prompts).toEqual([request.exchange.instruction]);
  const { prompt, cached, output, thoughts } = geminiUsage;
  expect(await agent.usage(lab.signal)).toMatchObject({
    inputTokens: 3 * (prompt - cached),
    outputTokens: 3 * (output + thoughts),
    cacheReadTokens: 3 * cached,
    cacheWriteTokens: 0,
  });
});

test('is not told to trust a directory of somebody else', async (context) => {
  await using lab = await openLab(context, { isDirectoryOurs: false });

  const error: unknown = await lab.begin().catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(AgentBlockedError);
  expect(error).toMatchObject({ facts: { dialog: 'trust' } });
  expect(lab.api.requestCount).toBe(0);
});

test('a person who has not chosen how to log in is told so', async (context) => {
  await using lab = await openLab(context, { environment: { GEMINI_API_KEY: '' } });

  const error: unknown = await lab.begin().catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ facts: { dialog: 'login' } });
});

describe('the home of the person', () => {
  test('is shared, and none of its files is changed', async (context) => {
    const line = 'cat >> "$HOME/told"';
    const hooks = { BeforeAgent: [{ hooks: [{ type: 'command', command: line }] }] };
    await using lab = await openLab(context, { settings: { hooks } });
    const gemini = join(lab.home, '.gemini');
    await writeFile(join(gemini, 'GEMINI.md'), 'Always be kind.');
    await mkdir(join(gemini, 'tmp'));
    const before = await readFile(join(gemini, 'settings.json'), 'utf8');

    await lab.perform();

    expect(lab.api.said.join('\n')).toContain('Always be kind.');
    expect(await readFile(join(lab.home, 'told'), 'utf8')).toContain('BeforeAgent');
    expect(await readFile(join(gemini, 'settings.json'), 'utf8')).toBe(before);
    // The conversation is where the person finds it.
    const [project = ''] = await readdir(join(gemini, 'tmp'));
    expect(await readdir(join(gemini, 'tmp', project, 'chats'))).toHaveLength(1);
  });
});

describe('permissions', () => {
  /** Gemini CLI takes it for dangerous and would ask even where it is allowed. */
  const command = 'printf done > beyond.txt && rm -rf nothing; kill -0 $$';
  const useShell =
    (results: Turn['toolResults'][number][]) =>
    ({ toolResults }: Turn): GeminiReply | undefined => {
      const [shell] = toolResults.filter(({ name }) => name === 'run_shell_command');
      if (shell === undefined) {
        return { kind: 'tool', name: 'run_shell_command', input: { command, description: 'x' } };
      }
      results.push(shell);
      return undefined;
    };
  const policy = (otherwise: PermissionPolicy['otherwise'], ...denied: string[]) => ({
    otherwise,
    rules: denied.map((tool) => ({ decision: 'deny', tool, subject: undefined }) as const),
  });

  test.for([
    ['without rules', policy('allow')],
    ['that has rules', policy('allow', 'web_fetch')],
  ] as const)('allow: a policy %s lets the command run', async ([, given], context) => {
    const results: Turn['toolResults'][number][] = [];
    await using lab = await openLab(context, { policy: given, first: useShell(results) });

    const { outcome } = await lab.perform();

    expect(outcome.kind).toBe('finished');
    expect(results[0]).toMatchObject({ isError: false });
  });

  test.for([
    ['without rules', policy('deny'), 'may not use tools that need a permission'],
    ['with a rule for it', policy('allow', 'run_*'), 'may not use this tool for that'],
  ] as const)('deny: a policy %s refuses, and the model hears it', async (given, context) => {
    const [, denying, reason] = given;
    const results: Turn['toolResults'][number][] = [];
    await using lab = await openLab(context, { policy: denying, first: useShell(results) });

    const { outcome } = await lab.perform();

    expect(outcome.kind).toBe('finished');
    expect(results[0]).toMatchObject({ isError: true });
    expect(results[0]?.text).toContain(reason);
  });

  test('a rule holds for a tool that needs no permission, too', async (context) => {
    await using lab = await openLab(context, { policy: policy('allow', 'write_file') });

    const { agent, request } = await lab.begin();
    await agent.untilDone(lab.signal);

    expect(await readdir(request.exchange.dir)).not.toContain(request.exchange.outputPath);
    await expect(readFile(request.exchange.outputPath)).rejects.toThrow('ENOENT');
  });

  test.for([
    ['settings of its project', 'work/.gemini/settings.json'],
    ['events that we believe', 'exchange/events/1795261248663569690-1-AfterAgent.json'],
  ] as const)('writes no %s', async ([, path], context) => {
    const results: Turn['toolResults'][number][] = [];
    const first = ({ toolResults }: Turn): GeminiReply | undefined => {
      results.push(...toolResults.slice(0, 1));
      const input = { file_path: join('..', path), content: '{}' };
      if (toolResults.length === 0) return { kind: 'tool', name: 'write_file', input };
      return toolResults.length === 1 ? { kind: 'text', text: 'I tried.' } : undefined;
    };
    await using lab = await openLab(context, { policy: policy('deny'), first });

    const { agent } = await lab.begin();
    await expect.poll(() => results.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await agent.stop(lab.signal);

    expect(results[0]).toMatchObject({ name: 'write_file', isError: true });
    expect(results[0]?.text).toContain('denied by policy');
  });

  test('ask: a person is asked and answers without a keystroke', async (context) => {
    const results: Turn['toolResults'][number][] = [];
    await using lab = await openLab(context, { policy: policy('ask'), first: useShell(results) });

    const { agent } = await lab.begin();
    await expect
      .poll(() => agent.state, { timeout: 20_000 })
      .toMatchObject({
        kind: 'asking',
        dialog: { kind: 'permission', question: `run_shell_command: ${command}` },
        evidence: { detail: 'BeforeTool hook' },
      });
    const { state } = agent;
    if (state.kind === 'asking') await agent.answer({ kind: 'allow' }, state.dialog, lab.signal);
    const outcome = await agent.untilDone(lab.signal);

    expect(outcome.kind).toBe('finished');
    expect(results[0]).toMatchObject({ isError: false });
  });

  test('a question of the model is answered without a keystroke', async (context) => {
    const options = [
      { label: 'Red', description: 'r' },
      { label: 'Blue', description: 'b' },
    ];
    const questions = [{ question: 'Which colour?', header: 'Colour', type: 'choice', options }];
    const results: Turn['toolResults'][number][] = [];
    const first = ({ toolResults }: Turn): GeminiReply | undefined => {
      results.push(...toolResults.filter(({ name }) => name === 'ask_user'));
      return toolResults.length > 0
        ? undefined
        : { kind: 'tool', name: 'ask_user', input: { questions } };
    };
    await using lab = await openLab(context, { policy: policy('ask'), first });

    const { agent } = await lab.begin();
    await expect.poll(() => agent.state.kind, { timeout: 20_000 }).toBe('asking');
    const { state } = agent;
    const dialog = state.kind === 'asking' ? state.dialog : expect.fail('it does not ask');
    await agent.answer({ kind: 'choice', choice: 1 }, dialog, lab.signal);
    const outcome = await agent.untilDone(lab.signal);

    expect(dialog).toMatchObject({ question: 'Which colour?', choices: ['Red', 'Blue'] });
    expect(outcome.kind).toBe('finished');
    expect(results[0]?.text).toContain('The answer is: Blue');
  });
});

describe('failures of the API', () => {
  const fails = (status: number, message: string, details: readonly object[] = []) => ({
    settings: { general: { maxAttempts: 1 } },
    first: (): GeminiReply => ({ kind: 'error', status, message, details }),
  });

  test('an invalid key is permanent', async (context) => {
    await using lab = await openLab(context, fails(400, 'API key not valid.'));

    const { outcome } = await lab.perform();

    const message = 'API key not valid.';
    expect(outcome).toMatchObject({ kind: 'failed', failure: 'permanent', message });
    expect(lab.api.prompts).toHaveLength(1);
  });

  test('an API that is overloaded is transient, once Gemini CLI has given up', async (context) => {
    await using lab = await openLab(context, fails(503, 'The model is overloaded.'));

    const { outcome } = await lab.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'transient' });
  });

  test('a usage limit tells when it is lifted', async (context) => {
    const details = [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'QUOTA_EXHAUSTED',
        domain: 'cloudcode-pa.googleapis.com',
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7200s' },
    ];
    await using lab = await openLab(context, fails(429, 'No more today.', details));

    const asked = systemClock.now();
    const { outcome } = await lab.perform();

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'quota' });
    const { retryAt = 0 } = outcome.kind === 'failed' ? outcome : {};
    // It says the minute, and was asked a moment ago.
    expect(Math.abs(retryAt - asked - 7_200_000)).toBeLessThan(90_000);
  });

  test('a model that does not exist is permanent', async (context) => {
    await using lab = await openLab(context, fails(404, 'models/x is not found'));

    const { outcome } = await lab.perform({ model: 'gemini-2.5-pro' });

    expect(outcome).toMatchObject({ kind: 'failed', failure: 'permanent' });
  });
});

test('an empty answer after a tool is not the end: Gemini CLI asks again', async (context) => {
  const silence: GeminiReply = { kind: 'text', text: '' };
  const first = ({ prompt, toolResults }: Turn): GeminiReply | undefined => {
    if (prompt.startsWith('[System: ')) return { kind: 'text', text: 'That was all.' };
    return toolResults.length === 2 ? silence : undefined;
  };
  await using lab = await openLab(context, { first });

  const { outcome } = await lab.perform();

  expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'AfterAgent hook' } });
  expect(lab.api.said.join('\n')).toContain('[System: ');
});

test('a persistent agent takes one pasted prompt after the other', async (context) => {
  await using lab = await openLab(context);
  const request = await lab.request({ mode: 'persistent' });
  await using agent = await lab.bench.agents.start(request, lab.signal);

  await agent.untilReady(lab.signal);
  const receipt = await agent.deliver(lab.signal);
  const outcome = await agent.untilDone(lab.signal);

  expect(receipt.enters).toBeGreaterThan(0);
  expect(outcome).toMatchObject({ kind: 'finished', evidence: { detail: 'AfterAgent hook' } });
  // An Enter that follows the paste too soon is a new line.
  expect(lab.api.prompts.map((prompt) => prompt.trim())).toEqual([request.exchange.instruction]);
});

test('an interrupted turn leaves it at its empty prompt', async (context) => {
  const never = Promise.withResolvers<undefined>();
  await using lab = await openLab(context, { first: async () => await never.promise });
  const { agent } = await lab.begin();
  await expect.poll(() => lab.api.requestCount, { timeout: 20_000 }).toBe(1);

  await agent.interrupt(lab.signal);

  const screen = (await agent.screen(lab.signal)).join('\n');
  expect(screen).toContain('Request cancelled.');
  expect(screen).toContain('Type your message');
});

test('an agent that waits for a permission is interrupted, too', async (context) => {
  const never = Promise.withResolvers<undefined>();
  const first = async ({ toolResults }: Turn): Promise<GeminiReply | undefined> =>
    toolResults.length === 0
      ? { kind: 'tool', name: 'run_shell_command', input: { command: 'touch done' } }
      : await never.promise;
  await using lab = await openLab(context, { policy: { otherwise: 'ask', rules: [] }, first });
  const { agent, request } = await lab.begin();
  await expect.poll(() => agent.state.kind, { timeout: 20_000 }).toBe('asking');

  await agent.interrupt(lab.signal);

  expect((await agent.screen(lab.signal)).join('\n')).toContain('Type your message');
  expect(await readdir(request.directory)).toEqual([]);
});

test('a later agent goes on with a conversation that was cut off', async (context) => {
  const isFirst = ({ prompt }: Turn): boolean => prompt === lab.api.prompts[0];
  const never = Promise.withResolvers<undefined>();
  const first = async (turn: Turn): Promise<undefined> =>
    isFirst(turn) && turn.toolResults.length > 0 ? await never.promise : undefined;
  await using lab = await openLab(context, { first });
  const { agent: before, request } = await lab.begin();
  await expect.poll(() => lab.api.requestCount, { timeout: 20_000 }).toBe(2);
  process.kill(before.address.server.pid, 'SIGKILL');
  await lab.bench.agents.clear(request, lab.signal);

  const resume = await lab.bench.agents.findConversation(request, lab.signal);
  const { outcome } = await lab.perform({ resume });

  expect(resume).toMatch(/\.jsonl$/);
  expect(outcome.kind).toBe('finished');
  const prompts = lab.api.said.filter((text) => text.startsWith('Read the file'));
  expect(prompts).toEqual(lab.api.prompts);
  expect(prompts).toHaveLength(2);
});
