/**
 * Run the checks and the tests, look for what they left behind, and print one line of counts.
 *
 * `--fast` leaves out what needs tmux or a browser. Other arguments choose test files. A check
 * counts as one passed or failed; so does the search for left-over processes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftovers, findLeftovers } from './leftovers.ts';
import { readReport } from './test-report.ts';

const bin = (name: string): string => join('node_modules', '.bin', name);
const node = process.execPath;
const args = process.argv.slice(2);
const isFast = args.includes('--fast');
const filters = args.filter((arg) => arg !== '--fast');

const checks: readonly (readonly [name: string, ...command: readonly [string, ...string[]]])[] = [
  ['format', bin('oxfmt'), '--check', 'src', 'test', 'tools', 'bench', 'examples'],
  ['lint', bin('oxlint'), 'src', 'test', 'tools', 'bench', 'examples'],
  ['types', bin('tsc'), '--noEmit'],
  ['layers', node, 'tools/check-layers.ts'],
  ['error codes', node, 'tools/check-errors.ts'],
  ['unused code', bin('knip')],
];

// Everything the tests make lies below this directory, so that it can be found again. Short,
// because the path of a socket ends at 107 bytes.
const root = await mkdtemp(join(tmpdir(), 'tbt-'));
let interrupted = false;
process.once('SIGINT', () => (interrupted = true));
process.once('SIGTERM', () => (interrupted = true));

let passed = 0;
let failed = 0;
let skipped = 0;
const count = (name: string, isGood: boolean): void => {
  if (isGood) passed += 1;
  else failed += 1;
  console.log(`${isGood ? 'ok    ' : 'FAILED'} ${name}`);
};

try {
  if (filters.length === 0) {
    for (const [name, ...command] of checks) count(name, (await run(command)) === 0);
  }
  const report = join(root, 'report.json');
  const suites = isFast ? ['src', 'tools'] : [];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  if (!interrupted) await run([bin('vitest'), 'run', ...reporters, ...suites, ...filters]);
  const result = readReport(await readFile(report, 'utf8').catch(() => ''));
  passed += result.passed;
  failed += result.failed;
  skipped += result.skipped.length;
  for (const one of result.skipped) console.log(`skipped ${one}`);
  for (const one of result.problems) console.log(`FAILED ${one}`);
} finally {
  const left = findLeftovers(root);
  for (const { pid, about } of left) console.log(`left behind: ${pid} ${about}`);
  count('no process left behind', left.length === 0);
  await endLeftovers(left);
  await rm(root, { recursive: true, force: true });
}
if (interrupted) failed += 1;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

async function run([program, ...rest]: readonly [string, ...string[]]): Promise<number | null> {
  const env = {
    ...process.env,
    PATH: `${join(process.cwd(), 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
    TMPDIR: root,
    TMUX_BUILDER_DATA_DIR: join(root, 'data'),
    TMUX_BUILDER_RUNTIME_DIR: join(root, 'r'),
  };
  const child = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit'], env });
  const [code] = await once(child, 'exit');
  return code;
}
