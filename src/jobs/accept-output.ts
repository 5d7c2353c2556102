import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError, systemCode, writeFileAtomic } from '../base/index.ts';

/** An answer larger than this is refused: it is kept where the agent wrote it. */
export const LARGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface AcceptedOutput {
  readonly path: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly bytes: number;
}

/**
 * Take an attempt's output: check that it is a plain file with something in it, and put a copy
 * at `target`, durably. Size and time prove nothing; the path, which holds the nonce, does.
 *
 * @throws {CodedError} `job.no-output` when there is none, `job.invalid-output` when it is a
 * link, a directory, empty, unreadable or larger than 64 MiB.
 */
export async function acceptOutput(source: string, target: string): Promise<AcceptedOutput> {
  const content = await readOutput(source);
  // Somebody may have tidied the folder away; the answer is worth making it again.
  await mkdir(dirname(target), { recursive: true });
  await writeFileAtomic(target, content, { durable: true });
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { path: target, digest, bytes: content.length };
}

async function readOutput(source: string): Promise<Buffer> {
  try {
    // A link could point at any file of the user's: it is refused, never followed.
    await using file = await open(
      source,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    const stat = await file.stat();
    if (!stat.isFile()) throw invalidOutput(source, 'it is not a plain file');
    if (stat.size === 0) throw invalidOutput(source, 'it is empty');
    if (stat.size > LARGEST_OUTPUT_BYTES) {
      throw invalidOutput(
        source,
        `it has ${stat.size} bytes; at most ${LARGEST_OUTPUT_BYTES} are taken`,
      );
    }
    return await file.readFile();
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const code = systemCode(error);
    if (code === 'ENOENT') {
      throw new CodedError('job.no-output', `The agent ended its work without writing ${source}.`, {
        facts: { path: source },
        todo: 'Look at what it said, with tmux-builder job logs',
      });
    }
    if (code === 'ELOOP') throw invalidOutput(source, 'it is a link');
    if (code === 'EACCES' || code === 'EISDIR') throw invalidOutput(source, 'it cannot be read');
    throw error;
  }
}

function invalidOutput(path: string, problem: string): CodedError {
  return new CodedError('job.invalid-output', `The output ${path} was not accepted: ${problem}.`, {
    facts: { path, problem },
    todo: 'Look at what the agent did, with tmux-builder job logs',
  });
}
