import { CodedError } from '../base/index.ts';

/** An agent reads the prompt as one file; more than this belongs into files it can look into. */
export const LARGEST_PROMPT_BYTES = 1024 * 1024;

/**
 * Make sure a prompt is text that an agent can read.
 *
 * @throws {CodedError} `job.empty-prompt`, `job.prompt-too-large` or `job.prompt-not-text`.
 */
export function checkPrompt(prompt: string | Uint8Array, isRequired: boolean): string {
  const bytes = typeof prompt === 'string' ? Buffer.byteLength(prompt) : prompt.length;
  if (bytes > LARGEST_PROMPT_BYTES) {
    throw new CodedError(
      'job.prompt-too-large',
      `The prompt has ${bytes} bytes; at most ${LARGEST_PROMPT_BYTES} are taken.`,
      {
        facts: { bytes, limit: LARGEST_PROMPT_BYTES },
        todo: 'Put the material into files and name them with --file',
      },
    );
  }
  const text = typeof prompt === 'string' ? prompt : decode(prompt);
  if (text === undefined || text.includes('\0')) {
    throw new CodedError('job.prompt-not-text', 'The prompt is not UTF-8 text.', {
      facts: { bytes },
      todo: 'Give text; name binary files with --file',
    });
  }
  if (isRequired && text.trim() === '') {
    throw new CodedError('job.empty-prompt', 'The prompt is empty.', {
      todo: 'Say what the agent is to do: tmux-builder run "..."',
    });
  }
  return text;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // TextDecoder throws nothing but the report of malformed input.
    return undefined;
  }
}
