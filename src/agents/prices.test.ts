import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { costOf, loadPrices } from './prices.ts';
import { addUp } from './usage.ts';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prices-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

const million = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const input = (model: string | undefined) => ({ ...million, model, inputTokens: 1_000_000 });

async function own(text: string): Promise<string> {
  const path = join(dir, 'prices.yaml');
  await writeFile(path, text);
  return path;
}

test('each kind of token has its price', async () => {
  const prices = await loadPrices(undefined);
  const used = {
    model: 'claude-opus-5',
    inputTokens: 1_000_000,
    outputTokens: 2_000_000,
    cacheReadTokens: 10_000_000,
    cacheWriteTokens: 3_000_000,
    longCacheWriteTokens: 1_000_000,
  };

  expect(costOf(used, prices)).toBeCloseTo(5 + 2 * 25 + 10 * 0.5 + 2 * 6.25 + 10);
});

test.each([
  ['claude-opus-5', 5],
  ['claude-opus-5-20260724', 5],
  ['claude-opus-5[1m]', 5],
  ['claude-opus-5-5', 4],
  ['claude-opus-5-5-20260922', 4],
  ['claude-sonnet-4-20250514', 3],
  ['claude-sonnet-4-5-20250929', 3],
  ['gpt-5.1-codex', 1.25],
  ['gpt-5.1-codex-mini', 0.25],
  ['gemini-3.1-pro-preview', 2],
  ['gemini-2.5-flash-preview-05-20', 0.3],
])('the shipped list knows %s', async (model, usd) => {
  expect(costOf(input(model), await loadPrices(undefined))).toBeCloseTo(usd);
});

test.each([
  'claude-opus-5-7',
  'claude-opus-5-5-fast',
  'claude-opus-50',
  'gpt-5.1-codex-huge',
  'gpt-5-ultra',
  'us.anthropic.claude-opus-5',
  '<synthetic>',
  '',
  undefined,
])(
  'a model that is not in the list has no price, least of all that of another one: %s',
  async (model) => {
    expect(costOf(input(model), await loadPrices(undefined))).toBeUndefined();
  },
);

test('a long prompt has its own price where requests are told apart', async () => {
  const prices = await loadPrices(undefined);
  const used = { ...million, model: 'claude-haiku-5-5', inputTokens: 60_000 };
  const long = { ...used, cacheReadTokens: 40_001, isOneRequest: true as const };

  expect(costOf({ ...long, cacheReadTokens: 40_000 }, prices)).toBeCloseTo(0.0064);
  expect(costOf(long, prices)).toBeCloseTo(0.032, 5);
  expect(costOf({ ...long, isOneRequest: undefined }, prices)).toBeCloseTo(0.0064, 5);
});

test('a user’s file changes and adds prices, and the rest stays', async () => {
  const path = await own(`models:
  claude-opus-5: { input: 1, output: 2 }
  my-proxy/*: { input: 7, output: 7 }
  my-proxy/tiny: { input: 0, output: 0 }
`);
  const prices = await loadPrices(path);

  expect(costOf(input('claude-opus-5'), prices)).toBe(1);
  expect(costOf({ ...million, model: 'claude-opus-5', cacheReadTokens: 1_000_000 }, prices)).toBe(
    1,
  );
  expect(costOf(input('my-proxy/anything'), prices)).toBe(7);
  expect(costOf(input('my-proxy/tiny'), prices)).toBe(0);
  expect(costOf(input('claude-opus-5-5'), prices)).toBe(4);
});

test('a user’s file that is not there, or empty, changes nothing', async () => {
  const size = (await loadPrices(undefined)).size;

  expect((await loadPrices(join(dir, 'none.yaml'))).size).toBe(size);
  expect((await loadPrices(await own('# nothing yet\n'))).size).toBe(size);
});

test.each([
  ['models:\n  a: { input: 1 }\n', 'line 2: models.a.output: is missing'],
  ['models:\n  a: { input: -1, output: 1 }\n', 'line 2: models.a.input'],
  ['models:\n  a:\n    input: 1\n    output: 1\n    cached: 1\n', 'line 5: models.a.cached'],
  ['models:\n  a: [\n', 'line'],
])('a file that is wrong names file, line and field: %j', async (text, place) => {
  const path = await own(text);

  await expect(loadPrices(path)).rejects.toMatchObject({
    code: 'prices.invalid',
    message: expect.stringContaining(place),
  });
  await expect(loadPrices(path)).rejects.toThrow(path);
});

test('a total of which one part has no price has none, and says which', async () => {
  const prices = await loadPrices(undefined);
  const usage = addUp([input('claude-opus-5'), input('new-model'), input('claude-opus-5')], prices);

  expect(usage).toMatchObject({ inputTokens: 3_000_000, costUsd: undefined });
  expect(usage.models).toEqual([
    { ...million, model: 'claude-opus-5', inputTokens: 2_000_000, costUsd: 10 },
    { ...million, model: 'new-model', inputTokens: 1_000_000, costUsd: undefined },
  ]);
});

test('what has no tokens needs no price', async () => {
  const usage = addUp([{ ...million, model: '<synthetic>' }], await loadPrices(undefined));

  expect(usage).toEqual({ ...million, costUsd: 0, models: [] });
});
