import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROUNDS = 10;
const writer = join(import.meta.dirname, 'writer.ts');

let dir: string;
let path: string;
let children: ChildProcess[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'store-'));
  path = join(dir, 'tmux-builder.db');
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(dir, { recursive: true });
});

test('loses no acknowledged row when the writer is killed ten times', async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = start(`round${round}`, 1_000_000);
    const rows = await killAfter(child, 5 + round * 7);
    acknowledged.push(...rows.map((number) => `round${round}-${number}`));
  }

  using db = new DatabaseSync(path);
  const kept = new Set(
    db
      .prepare('SELECT key FROM meta')
      .all()
      .map(({ key }) => key),
  );
  expect(acknowledged.length).toBeGreaterThan(300);
  expect(acknowledged.filter((key) => !kept.has(key))).toEqual([]);
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(eventGaps(db)).toEqual([]);
});

test('loses no row and no number of a stream when two processes write at once', async () => {
  const [left, right] = [start('left', 200), start('right', 200)];
  const ends = await Promise.all([once(left, 'close'), once(right, 'close')]);

  using db = new DatabaseSync(path);
  expect(ends).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(db.prepare("SELECT count(*) AS n FROM meta WHERE key LIKE '%-%'").get()).toEqual({
    n: 400,
  });
  expect(db.prepare('SELECT count(*) AS n, max(sequence) AS last FROM events').get()).toEqual({
    n: 400,
    last: 400,
  });
  expect(eventGaps(db)).toEqual([]);
});

function start(label: string, count: number): ChildProcess {
  const child = spawn(process.execPath, [writer, path, label, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

/** Kill the child once it acknowledged `count` rows; returns all that it acknowledged. */
async function killAfter(child: ChildProcess, count: number): Promise<readonly string[]> {
  const rows: string[] = [];
  if (child.stdout === null) throw new Error('the writer has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    rows.push(line);
    if (rows.length === count) child.kill('SIGKILL');
  }
  return rows;
}

function eventGaps(db: DatabaseSync): readonly unknown[] {
  const sequences = db.prepare("SELECT sequence FROM events WHERE stream = 's' ORDER BY 1").all();
  return sequences.filter(({ sequence }, index) => sequence !== index + 1);
}
