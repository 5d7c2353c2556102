import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CodedError, systemCode } from '../base/index.ts';
import type { ModelUsage } from './adapter.ts';
import { checkYaml } from './screen-rules/check-yaml.ts';
import { AgentFileInvalidError, type FileProblem } from './screen-rules/errors.ts';
import { fields } from './screen-rules/schema.ts';

/** Comes with the program, beside `src/` and `dist/`. */
const shipped = fileURLToPath(new URL('../../agents/prices.yaml', import.meta.url));

const usd = z.number().min(0).max(1_000_000);
const rates = {
  input: usd,
  output: usd,
  cache_read: usd.optional(),
  cache_write: usd.optional(),
  cache_write_long: usd.optional(),
};
const price = fields({
  ...rates,
  above: fields({ prompt_tokens: z.int().min(1), ...rates }).optional(),
});
const file = fields({ models: z.record(z.string().min(1).max(200), price).default({}) });

type Rates = z.output<z.ZodObject<typeof rates>>;
type Price = z.output<typeof price>;

/** US dollars per million tokens, by model. */
export type Prices = ReadonlyMap<string, Price>;

/** A price file says something that cannot be. */
export class PricesInvalidError extends CodedError {
  constructor(path: string, problems: readonly FileProblem[], cause: unknown) {
    const lines = problems.map(({ line, field, problem }) =>
      [`line ${line}`, field, problem].filter((part) => part !== '').join(': '),
    );
    super('prices.invalid', `${path} is wrong in ${lines.join('; ')}.`, {
      facts: { path, problems },
      cause,
      todo: 'Correct the file; docs/limits.md lists its fields',
    });
  }
}

/**
 * Read the price list that comes with the program, and what the user's file changes in it. A
 * user's file that is not there changes nothing.
 *
 * @throws {PricesInvalidError} with file, line and field.
 */
export async function loadPrices(userPath: string | undefined): Promise<Prices> {
  const own = userPath === undefined ? undefined : await readIfThere(userPath);
  return new Map([
    ...parse(shipped, await readFile(shipped, 'utf8')),
    ...(userPath === undefined || own === undefined ? [] : parse(userPath, own)),
  ]);
}

/**
 * What tokens cost in US dollars; undefined when the model has no price. Long prompts have their
 * own price where the tokens are those of one request; else they cost as short ones do.
 */
export function costOf(usage: ModelUsage, prices: Prices): number | undefined {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, isOneRequest } = usage;
  const found = usage.model === undefined ? undefined : findPrice(usage.model, prices);
  if (found === undefined) return undefined;
  const promptTokens = inputTokens + cacheReadTokens + cacheWriteTokens;
  const { above } = found;
  const isLong = isOneRequest === true && above && promptTokens > above.prompt_tokens;
  return atRates(usage, isLong ? above : found) / 1_000_000;
}

function atRates(usage: ModelUsage, rates: Rates): number {
  const { input, output, cache_read = input, cache_write = input } = rates;
  const { cache_write_long = cache_write } = rates;
  const { cacheWriteTokens, longCacheWriteTokens: long = 0 } = usage;
  return (
    usage.inputTokens * input +
    usage.outputTokens * output +
    usage.cacheReadTokens * cache_read +
    (cacheWriteTokens - long) * cache_write +
    long * cache_write_long
  );
}

function findPrice(model: string, prices: Prices): Price | undefined {
  const names = [...prices.keys()].filter((name) => isNameOf(name, model));
  const longest = names.reduce((most, name) => (name.length > most.length ? name : most), '');
  return prices.get(longest);
}

/** What may follow a name for it to be the same model: a date, a version of the API, a window. */
const snapshot =
  /^(?:[-@](?:\d{8}|\d{4}-\d\d-\d\d|\d\d-\d\d|\d\d-\d{4}|\d{3}|v\d+(?::\d+)?|latest|preview))*(?:\[1m\])?$/;

function isNameOf(name: string, model: string): boolean {
  if (name.endsWith('*')) return model.startsWith(name.slice(0, -1));
  return model.startsWith(name) && snapshot.test(model.slice(name.length));
}

function parse(path: string, text: string): readonly (readonly [string, Price])[] {
  try {
    return Object.entries(checkYaml(path, text, file).models);
  } catch (error) {
    if (!(error instanceof AgentFileInvalidError)) throw error;
    throw new PricesInvalidError(path, error.problems, error);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === undefined) throw error;
    const problem = `it cannot be read (${code})`;
    throw new PricesInvalidError(path, [{ line: 1, column: 1, field: '', problem }], error);
  }
}
