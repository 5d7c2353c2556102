import { execFile, spawn } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const run = promisify(execFile);
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gemini scripts-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('the home', () => {
  const share = async (): Promise<string> => {
    const env = { PATH: '/usr/bin:/bin', GEMINI_CLI_HOME: join(dir, 'ours') };
    const program = ['echo', 'a  b'];
    const args = ['agents/gemini-home.sh', join(dir, 'theirs'), ...program];
    const { stdout, stderr } = await run('/bin/sh', args, { env });
    expect(stderr).toBe('');
    return stdout;
  };

  beforeEach(async () => {
    await mkdir(join(dir, 'ours/.gemini'), { recursive: true });
    await writeFile(join(dir, 'ours/.gemini/settings.json'), 'ours');
  });

  test('shares what the person has, but not what is ours', async () => {
    await mkdir(join(dir, 'theirs/.gemini/tmp'), { recursive: true });
    for (const name of ['.gemini/settings.json', '.gemini/projects.json', '.gemini/.env', '.env']) {
      await writeFile(join(dir, 'theirs', name), `theirs: ${name}`);
    }

    expect(await share()).toBe('a  b\n');
    expect((await readdir(join(dir, 'ours/.gemini'))).toSorted()).toEqual([
      '.env',
      'settings.json',
      'tmp',
    ]);
    expect(await readFile(join(dir, 'ours/.gemini/settings.json'), 'utf8')).toBe('ours');
    expect(await readFile(join(dir, 'ours/.env'), 'utf8')).toBe('theirs: .env');
    expect((await lstat(join(dir, 'ours/.gemini/tmp'))).isSymbolicLink()).toBe(true);
    // A second start finds the links of the first.
    expect(await share()).toBe('a  b\n');
  });

  test('is ours alone where the person has none', async () => {
    expect(await share()).toBe('a  b\n');
    expect(await readdir(join(dir, 'ours/.gemini'))).toEqual(['settings.json']);
  });
});

describe('the end of a turn', () => {
  const end = async (lines: readonly object[]): Promise<unknown> => {
    const path = join(dir, 'chat.jsonl');
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const child = spawn('/bin/sh', ['agents/gemini-turn-end.sh', 'cat'], { stdio: 'pipe' });
    child.stdin.end(JSON.stringify({ transcript_path: path, prompt_response: 'a "b" \\ c' }));
    return JSON.parse(await text(child.stdout));
  };
  const error = { id: '1', type: 'error', content: '[API Error: "no"]' };
  const cancelled = { id: '2', type: 'info', content: 'Request cancelled.' };
  const other = { $set: { lastUpdated: 'now' } };

  test.each([
    ['an error', [other, error, other, other], error],
    ['an interruption', [cancelled, other], cancelled],
    ['an answer', [{ id: '3', type: 'gemini', content: '"type":"error"' }, other], undefined],
    ['an answer after an earlier error', [error, other, other, other, other], undefined],
  ])('is told as %s', async (_what, lines, record) => {
    expect(await end(lines)).toMatchObject({
      prompt_response: 'a "b" \\ c',
      ...(record && { record }),
    });
    expect(await end(lines)).toHaveProperty('transcript_path');
    expect('record' in Object(await end(lines))).toBe(record !== undefined);
  });

  test('is handed on where there is no conversation', async () => {
    const child = spawn('/bin/sh', ['agents/gemini-turn-end.sh', 'cat'], { stdio: 'pipe' });
    child.stdin.end('{"transcript_path":"/nowhere"}');

    expect(await text(child.stdout)).toBe('{"transcript_path":"/nowhere"}');
  });
});
