import { open } from 'node:fs/promises';
import { systemCode } from '../base/index.ts';

export interface ReadText {
  readonly text: string;
  readonly isCut: boolean;
}

/** Read the beginning of a text file; undefined when it is not there. */
export async function readText(path: string, mostBytes: number): Promise<ReadText | undefined> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, mostBytes));
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    const isCut = size > mostBytes;
    // A character that the cut went through is left out.
    const text = new TextDecoder().decode(buffer.subarray(0, length), { stream: isCut });
    return { text, isCut };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
