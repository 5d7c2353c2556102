import { z } from 'zod';
import { fields, key, screenRulesFile } from '../screen-rules/schema.ts';
import { pattern, patterns } from '../screen-rules/pattern.ts';
import { contradictions } from './contradictions.ts';
import { templateProblems } from './template.ts';

/** Conditions for arguments, each with the placeholder that has a value only then. */
const conditional = {
  instruction: 'instruction',
  model: 'model',
  resume: 'resume',
  dirs: 'dir',
} as const;

const always = ['prompt', 'output', 'exchange', 'conversation', 'home', 'directory', 'env'];
const hooked = [...always, 'hook', 'ask'];

function template(allowed: readonly string[], isContent = false) {
  return z.string().superRefine((text, ctx) => {
    for (const message of templateProblems(text, allowed, isContent)) ctx.addIssue(message);
  });
}

const part = z.preprocess(
  (value) => (typeof value === 'string' ? { args: [value] } : value),
  fields({
    when: z.enum(['instruction', 'model', 'resume', 'dirs', 'allow-all', 'deny-all']).optional(),
    args: z.array(z.string()).min(1),
    otherwise: z.array(template(hooked)).optional(),
  }).superRefine(({ when, args }, ctx) => {
    const own = Object.entries(conditional).flatMap(([name, word]) => (name === when ? word : []));
    for (const [index, text] of args.entries()) {
      for (const message of templateProblems(text, [...own, ...hooked])) {
        ctx.addIssue({ code: 'custom', path: ['args', index], message, input: text });
      }
    }
  }),
);

/** Where a value stands in JSON: `tool_input.command`, `questions.0.text`. */
const jsonPath = z.string().regex(/^[\w-]+(?:\.[\w-]+)*$/, 'is a path such as tool_input.command');

const meaningFields = {
  'session-started': [],
  'prompt-submitted': ['text'],
  working: [],
  asking: ['kind', 'question', 'tool', 'subject', 'choices', 'allow', 'deny'],
  'turn-ended': ['background'],
  failed: ['message', 'quota', 'permanent'],
  'session-ended': [],
} as const;

const hook = z.preprocess(
  (value) => (typeof value === 'string' ? { means: value } : value),
  fields({
    means: z.enum([
      'session-started',
      'prompt-submitted',
      'working',
      'asking',
      'turn-ended',
      'failed',
      'session-ended',
    ]),
    if: z.record(jsonPath, z.string()).optional(),
    text: jsonPath.optional(),
    kind: z.string().optional(),
    question: jsonPath.optional(),
    tool: jsonPath.optional(),
    subject: z.array(jsonPath).min(1).optional(),
    choices: jsonPath.optional(),
    allow: z.string().optional(),
    deny: z.string().optional(),
    background: jsonPath.optional(),
    message: jsonPath.optional(),
    quota: patterns.optional(),
    permanent: patterns.optional(),
  }).superRefine((rule, ctx) => {
    const own: readonly string[] = ['means', 'if', ...meaningFields[rule.means]];
    for (const name of Object.keys(rule).filter((one) => !own.includes(one))) {
      const message = `belongs to another meaning than "${rule.means}"`;
      ctx.addIssue({ code: 'custom', path: [name], message, input: rule });
    }
  }),
);

/** Filled, then written as JSON, so that quotes in a value harm nothing. */
const json = z.unknown().superRefine((value, ctx) => {
  const text = JSON.stringify(value) ?? '';
  for (const message of templateProblems(text, hooked, true)) ctx.addIssue(message);
});

const file = fields({
  path: template(['home', 'env']).refine(
    (path) => path.startsWith('{home}/') && !path.split('/').includes('..'),
    { message: 'begins with {home}/, the directory of the agent itself, and has no ".."' },
  ),
  content: template(hooked, true).optional(),
  json: json.optional(),
}).refine(({ content, json }) => (content === undefined) !== (json === undefined), {
  message: 'needs either "content" or "json"',
});

/** Of a variable, or of a hook's event. */
const word = z.string().regex(/^\w+$/, 'is no name; names have letters, digits and "_" alone');

const words = z.array(z.string().min(1)).default([]);

const statusFile = fields({
  path: template(['home', 'directory', 'env', 'pid']),
  field: jsonPath,
  ready: words,
  busy: words,
  asking: words,
});

const version = fields({
  args: z.array(z.string()).default(['--version']),
  pattern: pattern.default(/(?<version>\d+\.\d+\S*)/),
  tested: z.array(z.string().min(1)).min(1),
});

const usage = fields({
  event: z.string(),
  model: jsonPath.optional(),
  input: jsonPath,
  output: jsonPath,
  cacheRead: jsonPath.optional(),
  cacheWrite: jsonPath.optional(),
});

const conversation = fields({
  id: jsonPath.optional(),
  file: template(['home', 'directory', 'env', 'id']).optional(),
});

const adapterFields = fields({
  program: z.string().min(1),
  install: z.string().optional(),
  version: version.optional(),
  delivery: z.enum(['argv', 'paste']),
  doneBy: z.enum(['turn', 'exit']),
  graceMs: z.int().min(0).max(60_000).default(2_000),
  interruptKeys: z.array(key).default([]),
  clearKeys: z.array(key).default([]),
  args: z.array(part).default([]),
  environment: z.record(word, template(hooked)).default({}),
  files: z.array(file).default([]),
  hooks: z.record(word, hook).default({}),
  statusFile: statusFile.optional(),
  usage: usage.optional(),
  conversation: conversation.optional(),
  screen: screenRulesFile.optional(),
});

/** What one adapter file says; docs/agents/adapter-file.md explains each field. */
export const adapterFile = adapterFields.superRefine((adapter, ctx) => {
  for (const { path, message } of contradictions(adapter)) {
    ctx.addIssue({ code: 'custom', path: [...path], message, input: adapter });
  }
});

export type AdapterFile = z.output<typeof adapterFields>;
export type HookRule = AdapterFile['hooks'][string];
