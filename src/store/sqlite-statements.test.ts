import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { SqliteStatements } from './sqlite-statements.ts';

test('prepares a text once while it is in use, and forgets the oldest past the bound', async () => {
  using db = new DatabaseSync(':memory:');
  const prepare = vi.spyOn(db, 'prepare');
  const statements = new SqliteStatements(db);

  for (let number = 0; number < 500; number += 1) {
    await statements.all(`SELECT ${number}`);
    await statements.all('SELECT $1 AS a', ['used all the time']);
  }
  const inUse = prepare.mock.calls.filter(([sql]) => sql === 'SELECT $1 AS a').length;
  await statements.all('SELECT 0');
  const forgotten = prepare.mock.calls.filter(([sql]) => sql === 'SELECT 0').length;

  expect([inUse, forgotten]).toEqual([1, 2]);
});

test('gives a value used twice to both of its places', async () => {
  using db = new DatabaseSync(':memory:');

  const rows = await new SqliteStatements(db).all('SELECT $2 AS a, $1 AS b, $2 AS c', [1, 'x']);

  expect(rows).toEqual([{ a: 'x', b: 1, c: 'x' }]);
});
