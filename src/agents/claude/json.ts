/** Look into JSON of somebody else's making: what is missing or of another type is undefined. */
export function valueIn(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

export function textIn(value: unknown, key: string): string | undefined {
  const found = valueIn(value, key);
  return typeof found === 'string' ? found : undefined;
}

export function countIn(value: unknown, key: string): number {
  const found = valueIn(value, key);
  return typeof found === 'number' ? found : 0;
}

export function listIn(value: unknown, key: string): readonly unknown[] {
  const found = valueIn(value, key);
  return Array.isArray(found) ? found : [];
}

/** Undefined when it is no JSON: a file may be read while it is written. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
