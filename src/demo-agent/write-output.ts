import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { type Clock, writeFileAtomic } from '../base/index.ts';
import type { Scenario } from './scenario.ts';

const never = new AbortController().signal;
/** How long after the first part, or after the turn's end, the rest comes. */
const LATER_MS = 300;
const HUGE_BYTES = 65 * 1024 * 1024;

/** Write the output as the scenario wants it; a good agent writes it by rename. */
export async function writeOutput(
  path: string,
  content: string,
  { output }: Scenario,
  clock: Clock,
): Promise<void> {
  switch (output) {
    case 'good':
      return await writeFileAtomic(path, content, { durable: false });
    case 'none':
      return undefined;
    case 'empty':
      return await writeFile(path, '');
    case 'partial':
      await writeFile(path, content.slice(0, content.length / 2));
      await clock.after(LATER_MS, never);
      return await writeFile(path, content);
    case 'twice':
      await writeFileAtomic(path, 'draft\n', { durable: false });
      await clock.after(LATER_MS, never);
      return await writeFileAtomic(path, content, { durable: false });
    case 'late':
      void writeLate(path, content, clock);
      return undefined;
    case 'symlink':
      await writeFile(`${path}.elsewhere`, content);
      return await symlink(`${path}.elsewhere`, path);
    case 'directory':
      await mkdir(path);
      return undefined;
    case 'wrong-path':
      return await writeFile(`${path}.wrong`, content);
    case 'huge':
      return await writeFile(path, Buffer.alloc(HUGE_BYTES, 'x'));
    default:
      return output satisfies never;
  }
}

async function writeLate(path: string, content: string, clock: Clock): Promise<void> {
  await clock.after(LATER_MS, never);
  await writeFileAtomic(path, content, { durable: false });
}
