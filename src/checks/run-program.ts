import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  abortable,
  type Clock,
  endProcesses,
  findByEnvironment,
  findProcess,
  findProcessTree,
  type ProcessIdentity,
} from '../base/index.ts';

export interface ProgramRun {
  /** What Node is to run, with arguments; called once its working directory is there. */
  readonly arguments: (workDir: string) => Promise<readonly string[]> | readonly string[];
  /** The browser that it starts; absolute. */
  readonly browser: string;
  readonly clock: Clock;
  readonly limitMs: number;
  /** Thrown when the limit has passed. */
  readonly tooLong: (output: string) => Error;
}

export interface ProgramEnd {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  /** The last 20,000 characters that it printed. */
  readonly output: string;
  /** What it sent last by `process.send`. */
  readonly message: unknown;
}

const MOST_OUTPUT = 20_000;
/** Marks every process of a run, whatever becomes of its parent. */
const MARK = 'TMUX_BUILDER_CHECK';

/**
 * Run a program of ours that starts a browser, in a process and a temporary directory of its own.
 *
 * It gets nothing of our environment: no secret can reach a page. When this returns or throws,
 * the program, its browser and their directory are gone.
 *
 * @throws what `tooLong` makes, past the limit; `signal.reason` when aborted.
 */
export async function runProgram(run: ProgramRun, signal: AbortSignal): Promise<ProgramEnd> {
  // Short, because Chromium puts a socket there, and its path must have less than 104 bytes.
  const workDir = await mkdtemp(join(await realpath(tmpdir()), 'tb-'));
  let child: ChildProcess | undefined;
  let output = '';
  let message: unknown;
  using limit = run.clock.deadline(run.limitMs, new Error('limit'));
  const stop = AbortSignal.any([signal, limit.signal]);
  try {
    const argv = await run.arguments(workDir);
    stop.throwIfAborted();
    child = spawn(process.execPath, argv, {
      cwd: workDir,
      env: environmentOf(workDir, run.browser),
      // Its channel tells it when we are gone; Ctrl-C in our terminal is ours to act on.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    const keep = (chunk: Buffer): void => {
      output = `${output}${chunk.toString()}`.slice(-MOST_OUTPUT);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('message', (sent) => {
      message = sent;
    });
    // The last message may come after the end of the process, and so may its last words.
    const ends = Promise.all([once(child, 'close'), once(child, 'disconnect')]);
    await abortable(ends, stop);
    return { exitCode: child.exitCode ?? undefined, output, message };
  } catch (error) {
    signal.throwIfAborted();
    throw limit.signal.aborted ? run.tooLong(output) : error;
  } finally {
    await endAll(child?.pid, workDir, run.clock);
    await rm(workDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function environmentOf(workDir: string, browser: string): Record<string, string> {
  return {
    // Debian's browser is a shell script that calls others.
    PATH: [dirname(browser), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: workDir,
    TMPDIR: workDir,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    // Playwright would look through each page whose test failed, for a prompt that nobody reads.
    PLAYWRIGHT_NO_COPY_PROMPT: '1',
    [MARK]: workDir,
  };
}

/** The browser has a process group of its own, and may have lost its parent. */
async function endAll(pid: number | undefined, mark: string, clock: Clock): Promise<void> {
  const never = new AbortController().signal;
  for (let round = 0; round < 10; round += 1) {
    const root = pid === undefined ? undefined : await findProcess(pid);
    const tree = root === undefined ? [] : await findProcessTree(root);
    const left: readonly ProcessIdentity[] = [...tree, ...findByEnvironment(MARK, mark)];
    if (left.length === 0) return;
    await endProcesses(left, { clock, graceMs: 0 }, never);
  }
}
