import { mkdtemp, rm } from 'node:fs/promises';
import { endLeftovers, settledLeftovers } from '../../tools/leftovers.ts';
import { describeLeftover, ROOT_VARIABLE, testDirectories } from './leak-names.ts';

/**
 * Make the directory that holds all temporary files of this run, and look at its end for processes
 * that are left: those of a test file whose own check (leak-check.ts) could not run.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // script/test made one and looks itself, so that it also does after Ctrl-C.
  if (process.env[ROOT_VARIABLE] !== undefined) return undefined;
  // Not in TMPDIR, which is long on macOS: the path of a socket ends at 103 bytes there.
  const root = await mkdtemp('/tmp/tbt-');
  process.env[ROOT_VARIABLE] = root;
  return async () => {
    const left = await settledLeftovers(testDirectories(root));
    const lines = left.map((one) => describeLeftover(one, root));
    await endLeftovers(left);
    await rm(root, { recursive: true, force: true });
    if (lines.length > 0) throw new Error(`left behind:\n${lines.join('\n')}`);
  };
}
