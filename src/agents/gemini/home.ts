import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/index.ts';
import { parseJson, textIn, valueIn } from '../claude/json.ts';

type Environment = Readonly<Record<string, string>>;

/** The directory that holds `.gemini`: settings, login, conversations. */
export function geminiHome(environment: Environment): string {
  return environment['GEMINI_CLI_HOME'] ?? environment['HOME'] ?? '/';
}

/** Read a file of Gemini CLI, which may have comments; undefined when it is missing or no JSON. */
export async function readSettings(...path: readonly string[]): Promise<unknown> {
  try {
    return parseJson(withoutComments(await readFile(join(...path), 'utf8')));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** Strings are found too, so that what looks like a comment in one of them stays. */
function withoutComments(text: string): string {
  return text.replaceAll(
    /(?<string>"(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_found, string: string | undefined) => string ?? '',
  );
}

/**
 * How to log in: as the person chose, else by what the environment holds, as Gemini CLI itself
 * does when it is not asked to be interactive.
 */
export function chosenLogin({ settings, environment }: LoginSources): string | undefined {
  const chosen = textIn(valueIn(valueIn(settings, 'security'), 'auth'), 'selectedType');
  if (chosen !== undefined) return chosen;
  if (environment['GOOGLE_GENAI_USE_GCA'] === 'true') return 'oauth-personal';
  if (environment['GOOGLE_GENAI_USE_VERTEXAI'] === 'true') return 'vertex-ai';
  return (environment['GEMINI_API_KEY'] ?? '') === '' ? undefined : 'gemini-api-key';
}

interface LoginSources {
  readonly settings: unknown;
  readonly environment: Environment;
}
