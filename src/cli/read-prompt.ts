import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { CodedError, systemCode } from '../base/index.ts';
import { UsageError } from './errors.ts';

export interface PromptSources {
  /** The argument; `-` means stdin. */
  readonly argument: string | undefined;
  readonly prompt: string | undefined;
  readonly promptFile: string | undefined;
  /** The job needs no prompt: stdin is read only when `-` asks for it. */
  readonly isOptional: boolean;
}

/** More than any prompt that is taken; what comes after it is not read. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Read the prompt from the one place that was named, or from a pipe.
 *
 * @throws {UsageError} two places were named; {CodedError} `job.no-such-file`.
 */
export async function readPrompt(
  { argument, prompt, promptFile, isOptional }: PromptSources,
  stdin: Readable & { readonly isTTY?: boolean },
): Promise<string | Uint8Array> {
  const named = [argument, prompt, promptFile].filter((source) => source !== undefined);
  if (named.length > 1) {
    throw new UsageError(
      'The prompt was given twice.',
      'Use one of: PROMPT, --prompt, --prompt-file, or - for stdin',
    );
  }
  if (promptFile !== undefined && promptFile !== '-') return await readFileOf(promptFile);
  const isStdin = argument === '-' || promptFile === '-';
  if (!isStdin && argument !== undefined) return argument;
  if (prompt !== undefined) return prompt;
  if (!isStdin && (stdin.isTTY === true || isOptional)) return '';
  return await readAll(stdin);
}

async function readFileOf(path: string): Promise<Uint8Array> {
  try {
    return await readAll(createReadStream(path));
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new CodedError('job.no-such-file', `The prompt file ${path} cannot be read (${code}).`, {
      facts: { path, code },
      cause: error,
      todo: 'Check the path and its permissions',
    });
  }
}

async function readAll(stream: Readable): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk);
    chunks.push(part);
    bytes += part.length;
    if (bytes > MOST_BYTES) break;
  }
  return Buffer.concat(chunks);
}
