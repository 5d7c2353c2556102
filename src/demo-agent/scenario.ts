import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const phases = ['start', 'ready', 'submitted', 'output', 'stopped'] as const;
export type Phase = (typeof phases)[number];

const delay = z.number().int().min(0).max(600_000).default(0);

/**
 * How the demo agent misbehaves in tests; the environment variable DEMO_AGENT holds it as JSON, or
 * `@` and the name of a file in its working directory (`readScenarioOf`).
 */
const schema = z.strictObject({
  startDelayMs: delay,
  workDelayMs: delay,
  /** Enter within this time after a paste becomes a newline, as in some agents' text boxes. */
  pasteGuardMs: delay,
  /** Ask whether to trust the directory at the start. */
  trust: z.boolean().default(false),
  /** Ask before the output is written. */
  permission: z.boolean().default(false),
  /** Ask which colour it is to be before the output is written. */
  question: z.boolean().default(false),
  /** End at this point: with a status, or by a signal to itself. */
  crash: z
    .strictObject({
      phase: z.enum(phases),
      status: z.number().int().min(0).max(255).default(1),
      signal: z.enum(['SIGKILL', 'SIGTERM', 'SIGSEGV', 'SIGSTOP']).optional(),
    })
    .optional(),
  ignore: z.array(z.enum(['SIGTERM', 'SIGHUP', 'SIGINT'])).default([]),
  /** Start a child in a session of its own that keeps the terminal and ignores TERM and HUP. */
  fork: z.boolean().default(false),
  output: z
    .enum([
      'good',
      'none',
      'empty',
      'partial',
      'twice',
      'late',
      'symlink',
      'directory',
      'wrong-path',
      'huge',
    ])
    .default('good'),
  /** False: the hook that tells of the turn's end is never called. */
  stop: z.boolean().default(true),
  /** Never end the turn. */
  hang: z.boolean().default(false),
  /** Draw nothing while working: no spinner. */
  silent: z.boolean().default(false),
  /** End the turn without an output and without a hook, as if the prompt were forgotten. */
  forget: z.boolean().default(false),
  /** Put the text of an interrupted turn back into the composer. */
  putBack: z.boolean().default(false),
  /** Do not hear Escape and Ctrl-C during a turn. */
  stubborn: z.boolean().default(false),
  /** Ask for a permission as soon as something is pasted, before it is drawn. */
  askOnPaste: z.boolean().default(false),
  /** Misbehave in this turn of the conversation alone, counted from 1 over all its agents. */
  onlyTurn: z.number().int().min(1).optional(),
  /** Tokens that each turn pretends to use: it uses none. */
  tokens: z.number().int().min(0).max(1e9).default(0),
  /** The model that it pretends to use them with. */
  model: z.string().optional(),
  /** End each turn by saying that its usage limit is reached, in these words. */
  limit: z.string().optional(),
  /** Lines to print while working. */
  flood: z.number().int().min(0).max(1_000_000).default(0),
  /** Print broken escape sequences while working. */
  garbage: z.boolean().default(false),
  /** A file to which each step is appended as a line of JSON: the oracle of tests. */
  log: z.string().optional(),
});

export type Scenario = z.infer<typeof schema>;

/**
 * Read the scenario of an attempt from a file: an array, whose last one is for all that follow.
 *
 * @throws a system error when it cannot be read; what `parseScenario` throws.
 */
export async function readScenarioOf(path: string, attempt: number): Promise<Scenario> {
  const all = z
    .array(schema)
    .min(1)
    .parse(JSON.parse(await readFile(path, 'utf8')));
  return all[Math.min(attempt, all.length) - 1] ?? schema.parse({});
}

/** @throws {SyntaxError} | {z.ZodError} the text is no scenario. */
export function parseScenario(text: string): Scenario {
  return schema.parse(JSON.parse(text));
}
