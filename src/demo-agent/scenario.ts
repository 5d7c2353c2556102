import { z } from 'zod';

const phases = ['start', 'ready', 'submitted', 'output', 'stopped'] as const;
export type Phase = (typeof phases)[number];

const delay = z.number().int().min(0).max(600_000).default(0);

/** How the demo agent misbehaves in tests; the environment variable DEMO_AGENT holds it as JSON. */
const schema = z.strictObject({
  startDelayMs: delay,
  workDelayMs: delay,
  /** Enter within this time after a paste becomes a newline, as in some agents' text boxes. */
  pasteGuardMs: delay,
  /** Ask whether to trust the directory at the start. */
  trust: z.boolean().default(false),
  /** Ask before the output is written. */
  permission: z.boolean().default(false),
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
  /** Lines to print while working. */
  flood: z.number().int().min(0).max(1_000_000).default(0),
  /** Print broken escape sequences while working. */
  garbage: z.boolean().default(false),
  /** A file to which each step is appended as a line of JSON: the oracle of tests. */
  log: z.string().optional(),
});

export type Scenario = z.infer<typeof schema>;

/** @throws {SyntaxError} | {z.ZodError} the text is no scenario. */
export function parseScenario(text: string): Scenario {
  return schema.parse(JSON.parse(text));
}
