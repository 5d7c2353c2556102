import type { z } from 'zod';

const words: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'fields ("name: value" lines)',
  record: 'fields ("name: value" lines)',
  string: 'text',
};

/** Say what is wrong with a field, and what would be right, to follow its name. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `is to be ${words[issue.expected] ?? issue.expected}, not ${shown(issue.input)}`;
    case 'invalid_value':
      if (issue.input === undefined) return 'is missing';
      return `is to be ${issue.values.map(String).join(' or ')}, not ${shown(issue.input)}`;
    case 'too_small':
      return `is to be at least ${issue.minimum}${unit(issue.origin)}, not ${shown(issue.input)}`;
    case 'too_big':
      return `is to be at most ${issue.maximum}${unit(issue.origin)}, not ${shown(issue.input)}`;
    // The schema has words of its own for these.
    case 'custom':
    case 'invalid_format':
    case 'unrecognized_keys':
      return undefined;
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_element':
    case 'invalid_union':
    case 'not_multiple_of':
      return `cannot be ${shown(issue.input)}`;
    default:
      return issue satisfies never;
  }
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' in number' : '';
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'fields';
  return (JSON.stringify(value) ?? String(value)).slice(0, 100);
}
