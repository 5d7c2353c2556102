import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditLog } from '../../../src/audit/index.ts';
import { silentLog, systemClock } from '../../../src/base/index.ts';

const { signal } = new AbortController();
const appender = join(import.meta.dirname, 'appender.ts');

let dir: string;
let children: ChildProcess[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'audit-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(dir, { recursive: true });
});

test('two processes append at once, and every entry is in one chain', async () => {
  const counts = await Promise.all([untilEnd(start('one', 60)), untilEnd(start('two', 60))]);

  const all = counts.flat().toSorted((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  await using audit = open();
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: 120 });
  const own = await audit.list({ limit: 1_000, subject: 'one' }, signal);
  expect(own.items).toHaveLength(60);
});

test('a process killed while it appends loses nothing that was written, and holds nobody up', async () => {
  const acknowledged: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    acknowledged.push(...(await killAfter(start(`round${round}`, 1_000_000), 3 + round * 4)));
  }

  await using audit = open();
  const entry = { action: 'test.after', user: null, address: null, subject: null, data: {} };
  const { sequence } = await audit.append(entry, signal);
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: sequence });
  const { items } = await audit.list({ limit: 1_000 }, signal);
  const kept = new Set(items.map((one) => one.sequence));
  expect(acknowledged.filter((one) => !kept.has(one))).toEqual([]);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
});

function open(): AuditLog {
  const toTime = (ms: number): string => new Date(ms).toISOString();
  return new AuditLog({ dir, clock: systemClock, log: silentLog, toTime });
}

function start(label: string, count: number): ChildProcess {
  const child = spawn(process.execPath, [appender, dir, label, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

/** Every number that the child printed. */
async function untilEnd(child: ChildProcess): Promise<readonly number[]> {
  return await read(child, () => {});
}

/** Kill the child in the midst of its work, once it has printed so many numbers. */
async function killAfter(child: ChildProcess, count: number): Promise<readonly number[]> {
  return await read(child, (seen) => {
    if (seen === count) child.kill('SIGKILL');
  });
}

async function read(child: ChildProcess, onCount: (seen: number) => void) {
  if (child.stdout === null) throw new Error('the child has no output');
  const numbers: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    numbers.push(Number(line));
    onCount(numbers.length);
  }
  return numbers;
}
