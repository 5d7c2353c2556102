import { stripVTControlCharacters } from 'node:util';

const MOST = 4_000;

/**
 * What an error of the browser or of Playwright says, for people and agents: no colours, no stack,
 * no call log, at most 4,000 characters.
 */
export function plainText(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  const [said = ''] = text.split(/\n\s*(?:Call log:|={3,} logs ={3,}|Browser logs:)/);
  const lines = said.split('\n').filter((line) => !/^\s+at .*:\d+:\d+\)?$/.test(line));
  return lines.join('\n').trim().slice(0, MOST);
}
