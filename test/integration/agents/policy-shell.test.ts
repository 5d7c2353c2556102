import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decide, parseRule } from '../../../src/agents/policy.ts';

const run = promisify(execFile);
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tb-policy-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Each line in a subshell; `evil` tells which line called it. */
const judge = `
ok() { :; }
evil() { echo "$number" >&9; }
number=0
while IFS= read -r word; do
  number=$((number + 1))
  line=$(printf "$word.")
  (eval "\${line%.}") 3<&- </dev/null >/dev/null 2>&1
done <"$1"
exit 0
`;

/** Numbers, from 1 on, of the lines that run `evil` in this shell. */
async function linesThatRunIt(shell: string, lines: readonly string[]): Promise<readonly number[]> {
  const path = join(dir, 'lines');
  const octal = (line: string): string =>
    [...Buffer.from(line)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  await writeFile(path, lines.map((line) => `${octal(line)}\n`).join(''));
  const { stdout } = await run(shell, ['-c', `exec 9>&1; ${judge}`, shell, path], { cwd: dir });
  return stdout
    .split('\n')
    .filter((row) => row !== '')
    .map(Number);
}

const policy = { otherwise: 'ask', rules: [parseRule('allow', 'Bash(ok*)')] } as const;

/** Signs of the shell, and short runs of them that random choice would seldom make. */
const pieces = String.raw`evil evil ok ; & | ' ' ' " " " \ $ ( ) { } # # < > 1 $( $' && || = * ! [[
  '\'' "\"" $'\'' "'" '"' $(evil) "$(evil)" 2>&1 >/dev/null >&2 ;evil |evil &evil \; #'`
  .split(/\s+/)

  .concat(['${X}', '${X:-', '\n', '\nevil', ' ', ' ', ' ', ' ', '\\\n', '`', '`evil`', '\t', '\r']);

test.each(['bash', 'dash'])(
  'nothing is allowed by which %s runs another command',
  async (shell) => {
    const lines = fc
      .sample(fc.array(fc.constantFrom(...pieces), { minLength: 2, maxLength: 14 }), {
        numRuns: 60_000,
        seed: 7,
      })
      .map((some) => `ok ${some.join('')}`);
    const isAllowed = (line: string): boolean =>
      decide(policy, { name: 'Bash', subject: line, kind: 'command' }) === 'allow';
    const allowed = lines.filter((line) => isAllowed(line) && line.includes('evil'));
    const others = lines.filter((line) => !isAllowed(line)).slice(0, 1_000);

    const ran = await linesThatRunIt(shell, allowed);
    const ranOfOthers = await linesThatRunIt(shell, others);

    expect(ran.map((number) => allowed[number - 1])).toEqual([]);
    // Both have to be there, or the test proves nothing.
    expect(allowed.length).toBeGreaterThan(200);
    expect(ranOfOthers.length).toBeGreaterThan(20);
  },
);
