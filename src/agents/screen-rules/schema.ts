import { z } from 'zod';
import { isKeyName } from '../../tmux/index.ts';
import { nameOrPattern, pattern, patterns } from './pattern.ts';

/** An object that knows no other fields, and says which ones it knows. */
export function fields<const T extends z.core.$ZodLooseShape>(
  shape: T,
): z.ZodObject<T, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `is no field here; the fields are ${known}` : undefined,
  });
}

/** A key as tmux spells it. */
export const key = z.string().refine(isKeyName, {
  message: 'is no key; keys are Enter, Escape, Up, C-c, y, 1 and the like, as tmux spells them',
});

const composer = fields({
  above: pattern.optional(),
  first: pattern,
  rows: pattern.optional(),
  below: pattern.optional(),
  skipLast: z.int().min(0).max(10).default(0),
  placeholder: patterns.optional(),
  footerRows: z.int().min(0).max(50).default(4),
});

const busy = fields({
  above: pattern.optional(),
  below: pattern.optional(),
  rows: z.int().min(1).max(20).default(1),
}).refine(({ above, below }) => (above === undefined) !== (below === undefined), {
  message: 'needs either "above" or "below": on which side of the composer the sign is drawn',
});

const keys = z.enum(['arrows', 'pages', 'numbers']);

const list = fields({
  pointer: pattern.optional(),
  begins: pattern.optional(),
  border: z.string().min(1).optional(),
  ignore: patterns.optional(),
  made: pattern.optional(),
  keys: keys.default('arrows'),
});

const dialog = fields({
  kind: z.string().regex(/^[a-z][a-z-]*$/, 'is a word in small letters, such as trust or api-key'),
  shows: patterns,
  question: pattern.optional(),
  keys: keys.optional(),
  row: z.array(z.string().min(1)).min(2).optional(),
  press: z.record(z.string(), key).optional(),
  plain: z.literal(true).optional(),
  forOurDirectory: pattern.optional(),
  tool: fields({ name: nameOrPattern, subject: pattern.optional() }).optional(),
  allow: pattern.optional(),
  deny: pattern.optional(),
})
  .refine(({ row, press, plain }) => [row, press, plain].filter(Boolean).length <= 1, {
    message: 'has more than one of "row", "press" and "plain"',
  })
  .refine(({ kind, forOurDirectory }) => forOurDirectory === undefined || kind === 'trust', {
    message:
      'forOurDirectory is for the kind "trust" alone; a person or a policy answers the others',
  })
  .refine(({ kind, allow, deny }) => kind === 'permission' || (allow ?? deny) === undefined, {
    message: 'has "allow" or "deny", which are for the kind "permission" alone',
  });

const failure = fields({
  failure: z.enum(['transient', 'permanent', 'quota']),
  shows: pattern,
  rows: z.int().min(1).max(20).default(6),
});

/** What one file of rules may say; docs/agents/screen-rules.md explains each field. */
export const screenRulesFields = {
  composer: composer.optional(),
  busy: z.array(busy).default([]),
  list: list.optional(),
  dialogs: z.array(dialog).default([]),
  deadEnds: z.array(pattern).default([]),
  failures: z.array(failure).default([]),
};

/** One file of rules, or the `screen` part of an adapter file. */
export const screenRulesFile = fields(screenRulesFields);

export type ScreenRulesFile = z.output<typeof screenRulesFile>;
export type ComposerRule = z.output<typeof composer>;
export type ListRule = z.output<typeof list>;
export type DialogRule = z.output<typeof dialog>;
export type FailureRule = z.output<typeof failure>;
