import { valueIn } from '../claude/json.ts';

/** Look into JSON by a path such as `questions.0.text`; undefined when nothing is there. */
export function valueAt(value: unknown, path: string | undefined): unknown {
  if (path === undefined) return undefined;
  return path.split('.').reduce(valueIn, value);
}

/** A number counts as the text that it is written as. */
export function textAt(value: unknown, path: string | undefined): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

export function countAt(value: unknown, path: string | undefined): number {
  const found = valueAt(value, path);
  return typeof found === 'number' && found >= 0 ? found : 0;
}
