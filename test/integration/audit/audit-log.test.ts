import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditEntry, AuditLog, type AuditLogOptions } from '../../../src/audit/index.ts';
import { FakeClock, type Log, silentLog } from '../../../src/base/index.ts';

const { signal } = new AbortController();

let dir: string;
let opened: AuditLog[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'audit-'));
  opened = [];
});
afterEach(async () => {
  for (const one of opened) await one[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

function open(options: Partial<AuditLogOptions> = {}): AuditLog {
  const toTime = (ms: number): string => new Date(ms).toISOString();
  const audit = new AuditLog({ dir, clock: new FakeClock(), log: silentLog, toTime, ...options });
  opened.push(audit);
  return audit;
}

async function append(audit: AuditLog, subject: string, userId = 'usr_1'): Promise<AuditEntry> {
  const user = { id: userId, name: 'ann' };
  const entry = { action: 'job.cancel', user, address: '127.0.0.1', subject, data: { n: 1 } };
  return await audit.append(entry, signal);
}

async function fill(audit: AuditLog, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await append(audit, `job_${number}`);
}

async function filesOf(): Promise<readonly string[]> {
  return (await readdir(dir)).filter((name) => name.endsWith('.jsonl')).toSorted();
}

async function linesOf(name: string): Promise<readonly string[]> {
  return (await readFile(join(dir, name), 'utf8')).split('\n').slice(0, -1);
}

async function only(): Promise<string> {
  const [name = ''] = await filesOf();
  return join(dir, name);
}

async function sequences(audit: AuditLog, query: object = {}): Promise<readonly number[]> {
  const { items } = await audit.list({ limit: 100, ...query }, signal);
  return items.map(({ sequence }) => sequence);
}

test('an entry is on disk when its append resolves, and only its owner may read it', async () => {
  await append(open(), 'job_1');

  const [line = ''] = await linesOf((await filesOf())[0] ?? '');
  expect(JSON.parse(line)).toMatchObject({
    sequence: 1,
    at: '2023-11-14T22:13:20.000Z',
    action: 'job.cancel',
    user: { id: 'usr_1', name: 'ann' },
    address: '127.0.0.1',
    subject: 'job_1',
    data: { n: 1 },
  });
  expect((await stat(await only())).mode & 0o777).toBe(0o600);
});

test('entries asked for at once get their numbers in that order', async () => {
  const audit = open();

  const made = await Promise.all(
    Array.from({ length: 450 }, async (_, index) => await append(audit, `job_${index}`)),
  );

  expect(made.map(({ sequence, subject }) => [sequence, subject])).toEqual(
    made.map((_, index) => [index + 1, `job_${index}`]),
  );
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: 450 });
});

test('who gives up waits no more, and the entry is written all the same', async () => {
  const audit = open();
  const stop = new AbortController();
  const entry = { action: 'job.cancel', user: null, address: null, subject: 'job_1', data: {} };
  const appended = audit.append(entry, stop.signal);
  stop.abort(new Error('enough'));

  await expect(appended).rejects.toThrow('enough');
  await audit[Symbol.asyncDispose]();
  expect(await sequences(open())).toEqual([1]);
});

test('a thousand waiting entries are the bound; one more is refused', async () => {
  const audit = open();

  const all = await Promise.allSettled(
    Array.from({ length: 1_300 }, async (_, index) => await append(audit, `job_${index}`)),
  );

  const refused = all.filter((one) => one.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatchObject({ reason: { code: 'audit.busy' } });
  expect(await audit.verify(signal)).toMatchObject({
    isWhole: true,
    entries: all.length - refused.length,
  });
});

test('a file that is full is followed by another, and the chain goes on', async () => {
  const audit = open({ fileBytes: 1_000 });
  await fill(audit, 20);

  const files = await filesOf();
  expect(files.length).toBeGreaterThan(3);
  expect(files[0]).toBe('audit-000000000001.jsonl');
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: 20 });
  expect(await sequences(audit)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
});

test('lists newest first, by pages, over files, narrowed to what is asked', async () => {
  const audit = open({ fileBytes: 1_000 });
  await fill(audit, 9);
  await append(audit, 'job_3', 'usr_2');

  const first = await audit.list({ limit: 4 }, signal);
  const second = await audit.list({ limit: 4, cursor: first.next }, signal);
  const third = await audit.list({ limit: 4, cursor: second.next }, signal);
  expect([first, second, third].map(({ items }) => items.map((one) => one.sequence))).toEqual([
    [10, 9, 8, 7],
    [6, 5, 4, 3],
    [2, 1],
  ]);
  expect(third.next).toBeUndefined();
  expect(await sequences(audit, { subject: 'job_3' })).toEqual([10, 3]);
  expect(await sequences(audit, { userId: 'usr_2' })).toEqual([10]);
  expect(await sequences(audit, { action: 'job.' })).toHaveLength(10);
  expect(await sequences(audit, { action: 'job' })).toEqual([]);
  await expect(audit.list({ limit: 1, cursor: 'x' }, signal)).rejects.toMatchObject({
    code: 'list.bad-cursor',
  });
});

test('reads entries that lie across the pieces in which a file is read', async () => {
  const audit = open();
  await Promise.all(
    Array.from({ length: 600 }, async (_, index) => {
      const data = { text: '€'.repeat(index % 150) };
      const entry = { action: 'a.b', user: null, address: null, subject: null, data };
      await audit.append(entry, signal);
    }),
  );

  expect((await stat(await only())).size).toBeGreaterThan(3 * 65_536);
  const found = await audit.list({ limit: 1_000 }, signal);
  expect(found.items.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 600 }, (_, index) => 600 - index),
  );
});

test('an empty log is whole and lists nothing', async () => {
  const audit = open();
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: 0 });
  expect(await sequences(audit)).toEqual([]);
});

test('an unfinished last line is cut off by the next append, and that is said', async () => {
  const warned: string[] = [];
  const log: Log = { ...silentLog, warn: (text) => warned.push(text) };
  await fill(open(), 3);
  const path = await only();
  const torn = `{"action":"${'x'.repeat(5_000)}`;
  await writeFile(path, torn, { flag: 'a' });

  const audit = open({ log });
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: 3 });
  expect(await sequences(audit)).toEqual([3, 2, 1]);
  await append(audit, 'job_4');

  expect(warned).toEqual(['unfinished line of the audit log cut off']);
  const { items } = await audit.list({ limit: 2 }, signal);
  expect(items.map(({ action, sequence }) => [action, sequence])).toEqual([
    ['job.cancel', 5],
    ['audit.repaired', 4],
  ]);
  expect(items[1]?.data).toEqual({ file: 'audit-000000000001.jsonl', cut_bytes: torn.length });
  expect(await audit.verify(signal)).toEqual({
    isWhole: true,
    entries: 5,
    brokenAt: undefined,
    detail: '5 entries are as they were written',
  });
});

test('entries that a process wrote before it died noting them stay in the chain', async () => {
  await fill(open(), 3);
  const head = await readFile(join(dir, 'head.json'));
  await append(open(), 'job_4');
  await writeFile(join(dir, 'head.json'), head);

  const audit = open();
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: 4 });
  expect((await append(audit, 'job_5')).sequence).toBe(5);
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: 5 });
});

test('entries cut off the end are missed, also after more were appended', async () => {
  await fill(open(), 5);
  const path = await only();
  const lines = await linesOf((await filesOf())[0] ?? '');
  const kept = lines.slice(0, 3).join('\n').length + 1;
  await truncate(path, kept);

  const audit = open();
  expect(await audit.verify(signal)).toMatchObject({ isWhole: false, entries: 3, brokenAt: 4 });
  expect((await append(audit, 'job_6')).sequence).toBe(6);
  expect(await audit.verify(signal)).toMatchObject({ isWhole: false, entries: 3, brokenAt: 4 });
});

test('a removed file, a removed note of the end and a removed log are missed', async () => {
  await fill(open({ fileBytes: 1_000 }), 12);
  const [first = '', second = ''] = await filesOf();
  const kept = await readFile(join(dir, first));
  const head = await readFile(join(dir, 'head.json'));
  const audit = open();

  await rm(join(dir, first));
  expect(await audit.verify(signal)).toMatchObject({ isWhole: false, entries: 0, brokenAt: 1 });
  await writeFile(join(dir, first), kept);
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: 12 });
  await rm(join(dir, 'head.json'));
  expect(await audit.verify(signal)).toMatchObject({ isWhole: false, brokenAt: 13 });
  await writeFile(join(dir, 'head.json'), head);
  await rm(join(dir, second));
  const missing = (await linesOf(first)).length + 1;
  expect(await audit.verify(signal)).toMatchObject({ isWhole: false, brokenAt: missing });
  for (const name of await filesOf()) await rm(join(dir, name));
  expect(await audit.verify(signal)).toMatchObject({ isWhole: false, brokenAt: 1 });
});

test('whatever is done to the lines, the first one that is not as written is told', async () => {
  await fill(open(), 12);
  const name = (await filesOf())[0] ?? '';
  const lines = await linesOf(name);
  const audit = open();
  const place = fc.nat(lines.length - 1);
  const change = fc.oneof(
    fc.record({ kind: fc.constant('remove'), at: place }),
    fc.record({ kind: fc.constant('repeat'), at: place }),
    fc.record({ kind: fc.constant('swap'), at: fc.nat(lines.length - 2) }),
    fc.record({ kind: fc.constantFrom(...fields), at: place }),
    fc.record({ kind: fc.constant('byte'), at: place, byte: fc.nat(10_000) }),
    fc.record({ kind: fc.constant('cut'), at: place }),
  );

  await fc.assert(
    fc.asyncProperty(change, async ({ kind, at, ...rest }) => {
      const byte = 'byte' in rest ? rest.byte : 0;
      await writeFile(join(dir, name), tampered(lines, { kind, at, byte }));
      const { isWhole, brokenAt } = await audit.verify(signal);
      // One more of an entry shows at the entry that should come after it.
      const broken = kind === 'repeat' ? at + 2 : at + 1;
      expect({ isWhole, brokenAt }).toEqual({ isWhole: false, brokenAt: broken });
    }),
    { numRuns: 300 },
  );
  await writeFile(join(dir, name), `${lines.join('\n')}\n`);
  expect(await audit.verify(signal)).toMatchObject({ isWhole: true, entries: 12 });
});

test('somebody who makes the hashes anew is found by the note of the end', async () => {
  await fill(open(), 3);
  await rm(join(dir, 'audit-000000000001.jsonl'));
  const head = await readFile(join(dir, 'head.json'));
  await rm(join(dir, 'head.json'));
  const forger = open();
  for (let number = 1; number <= 4; number += 1) await append(forger, `forged_${number}`);
  await writeFile(join(dir, 'head.json'), head);

  expect(await open().verify(signal)).toMatchObject({ isWhole: false });
});

test('an entry written anew with a right hash of its own is found by the one that follows', async () => {
  await fill(open(), 4);
  const name = (await filesOf())[0] ?? '';
  const lines = await linesOf(name);
  const { hash: _hash, ...body } = JSON.parse(lines[1] ?? '');
  const forged = { ...body, subject: 'job_9' };
  const hash = createHash('sha256').update(JSON.stringify(forged)).digest('hex');
  const sorted = Object.entries({ ...forged, hash }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const line = JSON.stringify(Object.fromEntries(sorted));
  await writeFile(
    join(dir, name),
    lines
      .with(1, line)
      .map((one) => `${one}\n`)
      .join(''),
  );

  const check = await open().verify(signal);
  expect(check).toMatchObject({ isWhole: false, brokenAt: 3 });
  expect(check.detail).toContain('does not follow');
});

test('a directory that cannot be made refuses the entry, and with it what it tells of', async () => {
  await writeFile(join(dir, 'file'), '');
  const audit = open({ dir: join(dir, 'file', 'audit') });

  await expect(append(audit, 'job_1')).rejects.toMatchObject({ code: 'audit.cannot-write' });
});

const fields = ['action', 'address', 'at', 'data', 'hash', 'prev', 'sequence', 'subject', 'user'];

interface Change {
  readonly kind: string;
  readonly at: number;
  readonly byte: number;
}

function tampered(lines: readonly string[], { kind, at, byte }: Change): string | Buffer {
  const line = lines[at] ?? '';
  const text = (all: readonly string[]): string => all.map((one) => `${one}\n`).join('');
  switch (kind) {
    case 'remove':
      return text(lines.toSpliced(at, 1));
    case 'repeat':
      return text(lines.toSpliced(at, 0, line));
    case 'swap':
      return text(lines.toSpliced(at, 2, lines[at + 1] ?? '', line));
    case 'cut':
      return text(lines).slice(0, text(lines.slice(0, at)).length + Math.floor(line.length / 2));
    case 'byte': {
      const bytes = Buffer.from(text(lines));
      const start = Buffer.byteLength(text(lines.slice(0, at)));
      const place = start + (byte % (Buffer.byteLength(line) + 1));
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      return bytes;
    }
    default:
      return text(lines.with(at, changeField(line, kind)));
  }
}

function changeField(line: string, field: string): string {
  const entry = JSON.parse(line);
  const changed = { number: 1_000, string: 'changed', object: { id: 'usr_9', name: 'bob' } };
  const kind = typeof entry[field] as keyof typeof changed;
  return JSON.stringify({ ...entry, [field]: changed[kind] });
}
