const LONGEST_TEXT = 500;
const MOST_PARTS = 30;
const DEEPEST = 3;
const LONGEST_DATA = 8_192;

/** Our secrets say what they are; see src/users/secrets.ts. */
const ownSecret = /\btb[a-z]_[\w-]{20,}/g;
const secretKey = /password|secret/i;

/**
 * Bound what an entry says besides its fields: texts are cut at 500 characters, lists and objects
 * at 30 parts and three levels, all of it at 8 KiB. A secret that a caller let through by mistake
 * is blacked out.
 */
export function boundData(
  data: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const bounded = boundRecord(data, 1);
  return JSON.stringify(bounded).length <= LONGEST_DATA ? bounded : { is_cut: true };
}

/** Cut a text, and black out secrets in it. */
export function boundText(text: string): string {
  const clean = text
    .slice(0, LONGEST_TEXT + 1)
    .replaceAll(ownSecret, '[secret]')
    .toWellFormed();
  return clean.length > LONGEST_TEXT
    ? `${clean.slice(0, LONGEST_TEXT - 1).toWellFormed()}…`
    : clean;
}

function boundRecord(record: object, depth: number): Readonly<Record<string, unknown>> {
  const parts = Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .slice(0, MOST_PARTS)
    .map(([key, value]) => [
      boundText(key),
      secretKey.test(key) ? '[secret]' : boundValue(value, depth + 1),
    ]);
  return Object.fromEntries(parts);
}

function boundValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return boundText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'object':
      return boundObject(value, depth);
    case 'bigint':
    case 'symbol':
    case 'function':
    case 'undefined':
      return boundText(String(value));
    default:
      return null;
  }
}

function boundObject(value: object | null, depth: number): unknown {
  if (value === null) return null;
  if (depth > DEEPEST) return '[cut]';
  if (Array.isArray(value)) {
    return value.slice(0, MOST_PARTS).map((part) => boundValue(part, depth + 1));
  }
  return boundRecord(value, depth);
}
