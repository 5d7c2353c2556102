import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSubmits } from '../../../soak/read-submits.ts';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'soak-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

test('the submits of agents are read, without what one was writing when it was killed', async () => {
  expect(await readSubmits(dir)).toEqual([]);
  const [ready, submit] = ['{"event":"ready"}', '{"event":"submit","text":"Read the file x"}'];
  await appendFile(join(dir, 'agent.log'), `${ready}\n${submit}\n${submit.slice(0, 20)}`);

  expect(await readSubmits(dir)).toEqual(['Read the file x']);
});

test('a record that cannot be read does not count as one without submits', async () => {
  await mkdir(join(dir, 'agent.log'));
  await expect(readSubmits(dir)).rejects.toMatchObject({ code: 'EISDIR' });
});

test('its help names what is taken where nothing is said', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['soak/main.ts', '--help']);
  for (const name of ['agents', 'minutes', 'faults', 'seed', 'keep', 'json']) {
    expect(stdout).toMatch(new RegExp(`--${name} .*\\(default`));
  }
});
