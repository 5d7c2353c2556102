/**
 * Run the checks and the tests, look for what they left behind, and print one line of counts.
 *
 * `--fast` runs the tests without processes alone. Other arguments choose test files, and then the
 * checks are left out. A check counts as one passed or failed; so do left-over processes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeLeftover, ROOT_VARIABLE, testDirectories } from '../test/support/leak-names.ts';
import { endLeftovers, settledLeftovers } from './leftovers.ts';
import { readReport } from './test-report.ts';

type Command = readonly [program: string, ...args: readonly string[]];

const bin = (name: string): string => join('node_modules', '.bin', name);
const node = process.execPath;
const args = process.argv.slice(2);
const isFast = args.includes('--fast');
const filters = args.filter((arg) => arg !== '--fast');
const sources = ['src', 'test', 'tools', 'bench', 'soak', 'examples', 'web', 'vitest.config.ts'];

const checks: readonly (readonly [name: string, command: Command])[] = [
  ['format', [bin('oxfmt'), '--check', ...sources]],
  ['lint', [bin('oxlint'), ...sources]],
  ['types', [bin('tsc'), '--noEmit']],
  ['types of the dashboard', [bin('tsc'), '--noEmit', '-p', 'web/tsconfig.json']],
  ['layers', [node, 'tools/check-layers.ts']],
  ['error codes', [node, 'tools/check-errors.ts']],
  ['fault matrix', [node, 'tools/check-faults.ts']],
  ['machine paths', [node, 'tools/check-paths.ts']],
  ['unused code', [bin('knip')]],
];

// Everything that tests make lies in this directory, so that it can be found again. Not in TMPDIR,
// which is long on macOS: the path of a socket ends at 103 bytes there.
const root = await mkdtemp('/tmp/tbt-');
let passed = 0;
let failed = 0;
let skipped = 0;
let child: ChildProcess | undefined;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    child?.kill('SIGTERM');
  });
}

try {
  if (filters.length === 0) for (const [name, command] of checks) await check(name, command);
  await test();
} finally {
  const left = await settledLeftovers(testDirectories(root));
  for (const one of left) console.log(`left behind by ${describeLeftover(one, root)}`);
  count('no process left behind', left.length === 0);
  await endLeftovers(left);
  await rm(root, { recursive: true, force: true });
}
if (interrupted) count('not interrupted', false);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

async function check(name: string, command: Command): Promise<void> {
  if (!interrupted) count(name, (await run(command)) === 0);
}

async function test(): Promise<void> {
  if (interrupted) return;
  const file = join(root, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const projects = isFast ? ['--project=unit'] : [];
  const status = await run([bin('vitest'), 'run', ...reporters, ...projects, ...filters]);
  const report = readReport(await readFile(file, 'utf8').catch(() => ''), status);
  passed += report.passed;
  failed += report.failed;
  skipped += report.skipped.length;
  for (const one of report.skipped) console.log(`skipped ${one}`);
  for (const one of report.problems) console.log(`FAILED  ${one}`);
}

function count(name: string, isGood: boolean): void {
  if (isGood) passed += 1;
  else failed += 1;
  console.log(`${isGood ? 'ok     ' : 'FAILED '} ${name}`);
}

async function run([program, ...rest]: Command): Promise<number | null> {
  const path = `${join(process.cwd(), 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, PATH: path, [ROOT_VARIABLE]: root };
  child = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit'], env });
  const [code] = await once(child, 'exit');
  return code;
}
