import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  failureView,
  jobLogView,
  jobRecordingView,
  jobView,
  prunedView,
  recordingView,
} from '../../src/contract/index.ts';
import { parseCast } from '../support/asciicast.ts';
import { main, Program } from './cli-program.ts';
import { Terminal } from './terminal.ts';

const recordingsView = z.strictObject({ items: z.array(recordingView.strict()), next: z.null() });

/** Queue a job of the agent `command` that runs these shell lines; `$1` is its output file. */
async function addScript(
  program: Program,
  script: string,
  options: readonly string[] = [],
): Promise<string> {
  const command = ['sh', '-c', script, 'agent', '{output}'];
  const added = await program.run(['job', 'add', '--quiet', ...options, 'a job', '--', ...command]);
  return added.stdout.trim();
}

async function untilLogged(program: Program, id: string, text: string): Promise<void> {
  const limit = Date.now() + 60_000;
  for (;;) {
    const { code, stdout, stderr } = await program.run(['job', 'logs', id]);
    if (stdout.includes(text)) return;
    // 5: no agent has run for it yet.
    if (Date.now() > limit || (code !== 0 && code !== 5))
      throw new Error(`never logged: ${stderr}`);
  }
}

interface Moment {
  readonly ms: number;
  readonly code: string;
  readonly data: string;
}

/** The events of a cast with their times from its start. */
function moments(text: string): readonly Moment[] {
  let ms = 0;
  return parseCast(text).events.map(({ interval, code, data }) => {
    ms += Math.round(interval * 1_000);
    return { ms, code, data };
  });
}

test('a recording goes on while the program is dead, and knows when', async () => {
  await using program = await Program.open();
  const go = join(program.dir, 'go');
  const script = `echo before; until [ -e ${go} ]; do sleep 0.02; done; echo between; echo x >"$1"`;
  const id = await addScript(program, script);
  const worker = program.start(['worker']);
  await untilLogged(program, id, 'before');
  worker.kill('SIGKILL');
  await worker.ended;
  const diedAt = Date.now();
  await writeFile(go, '');
  await untilLogged(program, id, 'between');
  const restartedAt = Date.now();
  await program.run(['worker', '--until-idle']);

  const facts = await program.json(jobRecordingView.strict(), ['job', 'recording', id]);
  const cast = (await program.run(['job', 'recording', id])).stdout;
  const events = moments(cast);
  const between = events.find(({ data }) => data.includes('between'));
  const at = Date.parse(facts.started_at) + (between?.ms ?? Number.NaN);
  expect(at).toBeGreaterThanOrEqual(diedAt);
  expect(at).toBeLessThanOrEqual(restartedAt);
  expect(parseCast(cast).header).toMatchObject({ term: { cols: 200, rows: 50 }, title: 'a job' });
  expect(events.filter(({ code }) => code === 'm').map(({ data }) => data)).toEqual([
    'prompt delivered',
    'taken over by another worker',
    'attempt succeeded',
    'settled: succeeded',
  ]);
  expect(events.at(-1)).toMatchObject({ code: 'x', data: '0' });
  expect(facts).toMatchObject({ job_id: id, attempt: 1, path: null, timed: true, columns: 200 });
  expect(facts.duration_ms).toBe(events.at(-1)?.ms);
});

test('each attempt has logs and a recording of its own, and can be followed alone', async () => {
  await using program = await Program.open();
  const tried = join(program.dir, 'tried');
  const go = join(program.dir, 'go');
  const wait = `until [ -e ${go} ]; do sleep 0.02; done`;
  const script = `[ -e ${tried} ] || { : >${tried}; echo first; exit 3; }; echo second; ${wait}; echo x >"$1"`;
  const id = await addScript(program, script, ['--attempts', '2', '--backoff', '50ms']);
  const all = program.start(['job', 'logs', id, '--follow']);
  const first = program.start(['job', 'logs', id, '--follow', '--attempt', '1']);
  const worker = program.start(['worker', '--until-idle']);

  const followed = await first.ended;
  expect(followed).toMatchObject({ code: 0, stderr: 'Attempt 1 has ended.\n' });
  expect(followed.stdout).toContain('first');
  expect(followed.stdout).not.toContain('second');
  await all.until('second');
  await writeFile(go, '');
  expect((await all.ended).stdout).toMatch(/first[^]*second/);
  await worker.ended;

  expect((await program.run(['job', 'logs', id])).stdout).not.toContain('first');
  const failed = moments((await program.run(['job', 'recording', id, '--attempt', '1'])).stdout);
  expect(failed.at(-1)).toMatchObject({ code: 'x', data: '3' });
  expect(failed.map(({ data }) => data)).toContain('attempt failed');
  expect(failed.map(({ data }) => data)).not.toContain('settled: succeeded');
  const third = await program.run(['job', 'recording', id, '--attempt', '3', '--json']);
  expect(third.code).toBe(3);
  expect(failureView.parse(JSON.parse(third.stdout)).error.code).toBe('job.no-attempt');
});

test('the attempts of a conversation have one recording, each its own part of it', async () => {
  await using program = await Program.open();
  await program.run(['session', 'create', 'talk', '--agent', 'demo']);
  const add = ['job', 'add', '--quiet', '--session', 'talk', '--persistent'];
  const first = (await program.run([...add, 'one'])).stdout.trim();
  await program.run(['worker', '--until-idle']);
  const { path } = await program.json(jobLogView, ['job', 'logs', first]);
  // On a busy machine the recorder is behind; what it hears late is noted late.
  await expect.poll(async () => await readFile(path, 'utf8')).toContain('Wrote ');
  const second = (await program.run([...add, 'two'])).stdout.trim();
  await program.run(['worker', '--until-idle']);

  const log = await program.json(jobLogView.strict(), ['job', 'logs', second]);
  expect(log.path).toBe(path);
  const said = async (): Promise<string> => (await program.run(['job', 'logs', second])).stdout;
  await expect.poll(said).toContain('Wrote ');
  expect(await said()).not.toContain(first);
  const [start, ...rest] = moments((await program.run(['job', 'recording', second])).stdout);
  // The screen on which it began, then its own output.
  expect(start).toMatchObject({ ms: 0, code: 'o', data: expect.stringContaining(first) });
  expect(rest.filter(({ data }) => data.includes(first))).toEqual([]);
  expect(rest.map(({ data }) => data)).toContain('prompt delivered');
  await program.run(['session', 'stop', 'talk']);
});

test('a flood leaves its end within the limit, and says what is gone', async () => {
  await using program = await Program.open();
  const limit = { TMUX_BUILDER_RECORDING_LIMIT_MB: '1' };
  const id = await addScript(program, 'seq 1 300000; echo the end; echo x >"$1"');
  const following = program.start(['job', 'logs', id, '--follow']);
  await program.run(['worker', '--until-idle'], '', limit);

  expect((await following.ended).stdout).toMatch(/299999\n300000\nthe end\n/);
  const { stdout, stderr } = await program.run(['job', 'logs', id]);
  const log = await program.json(jobLogView.strict(), ['job', 'logs', id]);
  expect(stdout).toMatch(/299999\n300000\nthe end\n/);
  expect(log.bytes).toBeLessThanOrEqual(1_000_000);
  expect(log.dropped_bytes).toBeGreaterThan(900_000);
  expect(stderr).toContain(`(${log.dropped_bytes} bytes before this gave way to newer output)`);
  const [begin] = moments((await program.run(['job', 'recording', id])).stdout);
  expect(begin?.data).toBe(`begins after ${log.dropped_bytes} bytes that were dropped`);
});

test('recordings are listed, written to files, and removed when their attempts have ended', async () => {
  await using program = await Program.open();
  const go = join(program.dir, 'go');
  const ended = await addScript(program, 'echo x >"$1"; echo done');
  await program.run(['worker', '--until-idle']);
  const running = await addScript(
    program,
    `echo up; until [ -e ${go} ]; do sleep 0.02; done; echo x >"$1"`,
  );
  const worker = program.start(['worker', '--until-idle']);
  await untilLogged(program, running, 'up');

  const { items } = await program.json(recordingsView, ['recordings', 'list']);
  expect(items.map(({ job_id, growing }) => [job_id, growing])).toEqual([
    [running, true],
    [ended, false],
  ]);
  const [, old] = items;
  const prune = ['recordings', 'prune', '--max-size', '0'];
  const planned = await program.json(prunedView.strict(), [...prune, '--dry-run']);
  expect(planned.removed).toEqual([old]);
  expect(existsSync(join(old?.path ?? '', 'stream.log'))).toBe(true);
  const pruned = await program.json(prunedView.strict(), prune);
  expect(pruned).toEqual({ ...planned, dry_run: false });
  expect(pruned).toMatchObject({ removed_bytes: old?.bytes, kept_bytes: 0 });
  expect(existsSync(join(old?.path ?? '', 'stream.log'))).toBe(false);
  expect(existsSync(join(old?.path ?? '', 'exit.json'))).toBe(true);
  const gone = await program.run(['job', 'replay', ended, '--json']);
  expect(gone.code).toBe(3);
  expect(failureView.parse(JSON.parse(gone.stdout)).error.code).toBe('recording.removed');

  await writeFile(go, '');
  await worker.ended;
  const file = join(program.dir, 'out.cast');
  await program.run(['job', 'recording', running, '--output', file]);
  expect(await readFile(file, 'utf8')).toBe(
    (await program.run(['job', 'recording', running])).stdout,
  );
  const age = ['recordings', 'prune', '--older-than'];
  expect((await program.json(prunedView, [...age, '1h'])).removed).toEqual([]);
  expect((await program.json(prunedView, [...age, '0'])).removed.map((one) => one.job_id)).toEqual([
    running,
  ]);
});

test('a recording that cannot be written leaves nothing half written', async () => {
  await using program = await Program.open();
  const id = await addScript(program, 'echo x >"$1"');
  await program.run(['worker', '--until-idle']);
  const failed = await program.run(['job', 'recording', id, '--output', '/nonexistent/x.cast']);
  expect(failed.code).toBe(2);
  expect(failed.stderr).toContain('/nonexistent/x.cast cannot be written');
  const nowhere = await program.run(['job', 'replay', id]);
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain('There is no terminal to replay in');
});

test('the recordings of an archived session are found where it lies now', async () => {
  await using program = await Program.open();
  await program.run(['session', 'create', 'shop']);
  const id = await addScript(program, 'echo shown; echo x >"$1"', ['--session', 'shop']);
  await program.run(['worker', '--until-idle']);
  await program.run(['session', 'archive', 'shop']);

  expect((await program.run(['job', 'logs', id])).stdout).toContain('shown');
  const { items } = await program.json(recordingsView, ['recordings', 'list']);
  expect(items.map(({ path }) => path.includes('/deleted/'))).toEqual([true]);
});

test('a replay looks as it did, is steered by keys, and gives the terminal back', async () => {
  await using program = await Program.open();
  const id = await addScript(
    program,
    'printf "\\033[2J\\033[Hfirst\\n"; sleep 1; printf "\\033[5;1Hsecond"; echo x >"$1"',
  );
  await program.run(['worker', '--until-idle']);
  expect((await program.json(jobView, ['job', 'show', id])).status).toBe('succeeded');
  const { duration_ms } = await program.json(jobRecordingView, ['job', 'recording', id]);
  const seconds = Math.floor(duration_ms / 1_000);
  const length = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  await using terminal = await Terminal.open(program);
  const replay = `${process.execPath} ${main} job replay ${id}`;
  await terminal.type(`echo be''fore; ${replay} --speed 0.01; echo "code=$?"`);

  // It has 200x50, this terminal 100x20 with tmux's own line.
  await terminal.until(/200x50 cut off at 100x19/);
  await terminal.until(/^first/m);
  await terminal.press('Space');
  await terminal.until(/ paused /);
  await terminal.press('.');
  const second = await terminal.until(/^second/m);
  expect(
    second
      .split('\n')
      .slice(0, 5)
      .map((row) => row.trim()),
  ).toEqual(['first', '', '', '', 'second']);
  await terminal.pressUntil('Right', new RegExp(`${length} / ${length} {2}end .*exited with 0`));
  await terminal.pressUntil('Left', new RegExp(` 0:00 / ${length} {2}paused`));
  expect(await terminal.screen()).not.toContain('second');
  await terminal.press('q');
  const after = await terminal.until(/code=0/);
  expect(after).toMatch(/^before\n+code=0/m);
  expect(after).not.toContain('first');
  await terminal.type('stty -a | tr " " "\\n" | grep -xE "echo|icanon"');
  await terminal.until(/^icanon$/m);

  await terminal.type(`clear; ${replay} --speed 0.01; echo "code=$?"`);
  await terminal.until(/^first/m);
  await terminal.press('C-c');
  expect(await terminal.until(/code=0/)).not.toContain('first');
});
