import { join } from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import { z } from 'zod';
import { findByEnvironment } from '../../src/base/index.ts';
import { jobDetailView, jobView, runView, usageReportView } from '../../src/contract/index.ts';
import { type Model, type ModelApi, openModelApi, readThenWrite } from '../support/model-api.ts';
import { needRealClaude, openClaudeHome } from '../support/real-claude.ts';
import { Program, type Running } from './cli-program.ts';

interface Lab extends AsyncDisposable {
  readonly api: ModelApi;
  start(...args: readonly string[]): Running;
  /** What the program printed with `--json`, whatever its exit code. */
  json<T>(schema: z.ZodType<T>, ...args: readonly string[]): Promise<T>;
}

/** The whole program with the real Claude Code and a model on loopback. */
async function openLab(
  model: Model,
  context: TestContext,
  environment: Readonly<Record<string, string>> = {},
): Promise<Lab> {
  const claude = needRealClaude('2.1.329', context);
  await using opened = new AsyncDisposableStack();
  const api = opened.use(await openModelApi(model));
  const home = opened.use(await openClaudeHome());
  const program = opened.use(await Program.open());
  const env = {
    ...home.environment,
    ...environment,
    ANTHROPIC_BASE_URL: api.url,
    TMUX_BUILDER_CLAUDE_PATH: claude,
    // Behind the proxy that refuses everything only loopback is reached.
    TMUX_BUILDER_PASS_ENVIRONMENT: 'CLAUDE_CODE_TMPDIR,HTTP_PROXY,HTTPS_PROXY,NO_PROXY',
  };
  const start = (...args: readonly string[]): Running => program.start(args, '', env);
  const held = opened.move();
  return {
    api,
    start,
    json: async (schema, ...args) => {
      const { stdout } = await start(...args, '--json').ended;
      return schema.parse(JSON.parse(stdout));
    },
    [Symbol.asyncDispose]: async () => await held.disposeAsync(),
  };
}

test('a real agent that never comes to an end is ended by its budget', async (context) => {
  let answers = 0;
  await using lab = await openLab(async ({ prompt }, hangUp) => {
    answers += 1;
    if (answers > 8) await new Promise((resolve) => hangUp.addEventListener('abort', resolve));
    const [file_path = ''] = /\/\S*prompt\.md/.exec(prompt) ?? [];
    return { kind: 'tool', name: 'Read', input: { file_path } };
  }, context);
  const result = await lab.json(runView.strict(), 'run', '--max-tokens', '5k', 'Say hello');
  const job = await lab.json(jobDetailView.strict(), 'job', 'show', result.job_id);
  const report = await lab.json(usageReportView.strict(), 'usage', '--by', 'model');
  const [attempt] = job.attempt_list;

  expect(result).toMatchObject({
    status: 'failed',
    attempts: 1,
    error: { code: 'job.budget-exceeded' },
  });
  expect(job.usage.tokens).toBeGreaterThan(5_000);
  // The list knows what the newest Claude Code uses when nobody names a model.
  expect(job.usage.cost_usd).toBeGreaterThan(0);
  expect(report.total).toMatchObject({ tokens: job.usage.tokens, unpriced_models: [] });
  expect(
    findByEnvironment('TMUX_BUILDER_EVENTS', join(attempt?.exchange_dir ?? '', 'events')),
  ).toEqual([]);
});

const list = z.object({ items: z.array(jobView.strict()) });

test('a real agent’s usage limit puts its jobs off until the reset', async (context) => {
  const resetAt = Date.now() + 3 * 3_600_000;
  let isReached = true;
  await using lab = await openLab(
    (turn) =>
      isReached
        ? {
            kind: 'error',
            status: 429,
            message: "This request would exceed your account's rate limit.",
            headers: {
              'x-should-retry': 'false',
              'anthropic-ratelimit-unified-status': 'rejected',
              'anthropic-ratelimit-unified-reset': String(Math.floor(resetAt / 1_000)),
              'anthropic-ratelimit-unified-representative-claim': 'five_hour',
            },
          }
        : readThenWrite(turn),
    context,
    // Not a token of anybody: with one that looks so, the program takes us for a subscriber.
    { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: `sk-ant-oat01-dummy-${'0'.repeat(60)}` },
  );
  for (const prompt of ['Say one', 'Say two']) await lab.start('job', 'add', prompt).ended;
  const worker = lab.start('worker', '--concurrency', '1', '--json');
  await worker.until('"reason":"quota"');
  worker.kill('SIGTERM');
  await worker.ended;
  const { items: waiting } = await lab.json(list, 'job', 'list');
  const shown = await lab.start('job', 'list').ended;
  const asked = lab.api.requestCount;
  isReached = false;
  await lab.start('job', 'retry', waiting[1]?.job_id ?? '').ended;
  const done = await lab.start('worker', '--until-idle').ended;
  const { items } = await lab.json(list, 'job', 'list');

  expect(waiting.map(({ status, attempts }) => [status, attempts])).toEqual([
    ['queued', 0],
    ['queued', 1],
  ]);
  expect(Math.abs(Date.parse(waiting[1]?.run_at ?? '') - resetAt)).toBeLessThan(3 * 60_000);
  expect(shown.stdout.match(/waits for the usage limit until/g)).toHaveLength(2);
  expect(asked).toBe(1);
  expect(done.code).toBe(0);
  expect(items.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
});
