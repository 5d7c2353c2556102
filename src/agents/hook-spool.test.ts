import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listEvents, parseEventName, readEvents } from './hook-spool.ts';

test('reads time and event from the name of a spool file', () => {
  expect(parseEventName('1795246205972619841-17419-Stop.json')).toEqual({
    name: 'Stop',
    at: 1_795_246_205_972,
  });
});

test.each(['.1795246205972619841-17419-Stop.json.tmp', 'Stop.json', '17-1-Stop.json', '..'])(
  'does not take %s for an event',
  (file) => {
    expect(parseEventName(file)).toBeUndefined();
  },
);

test('lists the same events as it reads, and reads a payload when it is looked at', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'spool-'));
  onTestFinished(async () => await rm(dir, { recursive: true }));
  const at = (count: number): string => join(dir, `179524620597${count}000000-1-Stop.json`);
  await writeFile(at(1), '{"a":1}');
  await writeFile(at(2), 'no JSON');
  await symlink(at(1), at(3));
  await writeFile(join(dir, '.half.tmp'), '{}');
  const read = (await readEvents(dir)).map(({ name, at: when, payload }) => [name, when, payload]);
  const listed = await listEvents(dir);
  await writeFile(at(2), '{"b":2}');

  expect(read.map(([, , payload]) => payload)).toEqual([{ a: 1 }, undefined, undefined]);
  expect(listed.map(({ name, at: when }) => [name, when])).toEqual(
    read.map((one) => one.slice(0, 2)),
  );
  expect(listed.map(({ payload }) => payload)).toEqual([{ a: 1 }, { b: 2 }, undefined]);
  expect(await listEvents(join(dir, 'none'))).toEqual([]);
});
