import type { Tokens } from './agent.ts';

export function tokensOf(used: readonly Tokens[]): Tokens {
  const sum = (key: keyof Tokens): number => used.reduce((all, one) => all + one[key], 0);
  return {
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
  };
}

/** A sum of which a part is unknown is unknown: never too low by what nobody can say. */
export function sumOfAll(parts: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    sum += part;
  }
  return sum;
}
