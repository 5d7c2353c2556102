import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  jobDetailView,
  jobView,
  sessionView,
  totalView,
  usageReportView,
} from '../../src/contract/index.ts';
import { Program } from './cli-program.ts';

const pretended = { tokens: 700, model: 'pretended' };
const jobList = z.strictObject({ items: z.array(jobView.strict()), next: z.null() });

test('a job over its budget is ended, and says by how much', async () => {
  await using program = await Program.open({ ...pretended, hang: true });
  const { code, stderr } = await program.run(['run', '--max-tokens', '0.5k', '-q', 'Say hello']);
  const { items } = await program.json(jobList, ['job', 'list']);
  const [job] = items;
  const shown = await program.json(jobDetailView.strict(), ['job', 'show', job?.job_id ?? '']);

  expect(code).toBe(1);
  expect(stderr).toContain('is used up: 700 of 500 tokens');
  expect(job).toMatchObject({ status: 'failed', attempts: 1, max_tokens: 500, max_cost_usd: null });
  expect(shown.attempt_list[0]?.usage).toMatchObject({ input_tokens: 700, cost_usd: null });
  expect(shown.usage).toMatchObject({ tokens: 700, unpriced_models: ['pretended'] });
});

test('usage adds up by group, and costs what the price list says', async () => {
  await using program = await Program.open(pretended);
  for (const name of ['one', 'two']) await program.run(['session', 'create', name]);
  await program.run(['run', '--session', 'one', 'Say hello']);
  await program.run(['run', '--session', 'two', 'Say hello']);
  const unknown = await program.run(['usage', '--by', 'session']);
  await writeFile(
    join(program.dataDir, 'prices.yaml'),
    'models:\n  pretended: { input: 1000, output: 0 }\n',
  );
  await program.run(['run', '--session', 'two', 'Say hello']);
  const bySession = await program.json(usageReportView.strict(), ['usage']);
  const ofTwo = ['usage', '--by', 'model', '--session', 'two'];
  const byModel = await program.json(usageReportView.strict(), ofTwo);
  const table = await program.run(['usage', '--by', 'day', '--since', '1d']);
  const sessions = await program.run(['session', 'list']);

  expect(unknown.stdout.split('\n')[3]).toMatch(/^all +2 +1\.4k .* \? \(known: \$0\.00; no price/);
  expect(unknown.stderr).toContain('No price for pretended: add it to prices.yaml.');
  expect(bySession).toMatchObject({ by: 'session', attempts: 3, total: { tokens: 2_100 } });
  expect(bySession.items.map(({ attempts }) => attempts)).toEqual([1, 2]);
  expect(byModel.items).toMatchObject([
    { key: 'pretended', attempts: 2, tokens: 1_400, cost_usd: null, known_cost_usd: 0.7 },
  ]);
  expect(table.stdout).toMatch(/^DAY +TRIES .*\n\d{4}-\d\d-\d\d +3 +2\.1k /);
  expect(sessions.stdout).toContain('1.4k tokens, ? (known: $0.7000; no price for pretended)');
});

test('a usage limit is waited for, told of, and lifted by a retry', async () => {
  const limited = { DEMO_AGENT: JSON.stringify({ limit: 'Limit reached, try again in 2h' }) };
  await using program = await Program.open();
  const first = (await program.run(['job', 'add', 'Say hello'])).stdout.trim();
  const worker = program.start(['worker', '--json'], '', limited);
  await worker.until('"reason":"quota"');
  const second = await program.run(['job', 'add', 'Say hello']);
  const list = await program.run(['job', 'list']);
  const shown = await program.run(['job', 'show', first]);
  worker.kill('SIGTERM');
  await worker.ended;
  await program.run(['job', 'retry', first]);
  const done = await program.run(['worker', '--until-idle', '-q']);
  const { items } = await program.json(jobList, ['job', 'list']);

  const waits = /waits for the usage limit until .*\d\d:\d\d/;
  expect(second.stderr).toMatch(waits);
  expect(list.stdout.split('\n').filter((line) => waits.test(line))).toHaveLength(2);
  expect(shown.stdout).toMatch(/^waits +waits for the usage limit until/m);
  expect(done.code).toBe(0);
  expect(items.map(({ status, attempts }) => [status, attempts])).toEqual([
    ['succeeded', 1],
    ['succeeded', 2],
  ]);
});

test('a session’s budget is set, shown, changed in part and lifted', async () => {
  await using program = await Program.open(pretended);
  const view = sessionView.strict();
  const create = ['session', 'create', 'shop', '--max-tokens', '1m', '--max-cost', '$2.50'];
  const created = await program.json(view, create);
  const raised = await program.json(view, ['session', 'set', 'shop', '--max-tokens', '500']);
  await program.run(['run', '--session', 'shop', 'Say hello']);
  const lifted = await program.json(view, ['session', 'set', 'shop', '--max-cost', 'none']);
  const refused = await program.run(['run', '--session', 'shop', '-q', 'Say hello']);
  const shown = await program.json(
    view.extend({ health: z.unknown(), usage: totalView.strict() }),
    ['session', 'show', 'shop'],
  );
  const nothing = await program.run(['session', 'set', 'shop']);

  expect(created).toMatchObject({ max_tokens: 1_000_000, max_cost_usd: 2.5 });
  expect(raised).toMatchObject({ max_tokens: 500, max_cost_usd: 2.5 });
  expect(lifted).toMatchObject({ max_tokens: 500, max_cost_usd: null });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('is used up: 700 of 500 tokens');
  expect(shown.usage).toMatchObject({ tokens: 700 });
  expect(nothing.code).toBe(2);
});

test.each([
  [['--max-tokens', '5', '--', 'true', '{prompt}', '{output}'], 'does not tell what it uses'],
  [['--max-tokens', '0'], 'Give a number of tokens'],
  [['--max-cost', '-1'], 'Give an amount of US dollars'],
])('a budget that cannot be held is refused: %j', async (args, words) => {
  await using program = await Program.open();
  const { code, stderr } = await program.run(['run', '--prompt', 'x', ...args]);

  expect(code).toBe(2);
  expect(stderr).toContain(words);
});

test('a price list that is wrong names its file, line and field', async () => {
  await using program = await Program.open();
  await program.run(['session', 'create', 'x']);
  const path = join(program.dataDir, 'prices.yaml');
  await writeFile(path, 'models:\n  m: { input: 1, ouput: 2 }\n');
  const { code, stderr } = await program.run(['run', 'Say hello']);

  expect(code).toBe(2);
  expect(stderr).toContain(`${path} is wrong in line 2: `);
  expect(stderr).toContain('line 2: models.m.ouput: is no field here');
});
