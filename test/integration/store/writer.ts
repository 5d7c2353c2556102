/**
 * Write rows with an event each to one stream and print each number once it is acknowledged.
 *
 * Arguments: the database, a label for this writer, how many rows.
 */
import { randomIds, systemClock } from '../../../src/base/index.ts';
import { openStore } from '../../../src/store/index.ts';

const [path = '', label = '', count = '0'] = process.argv.slice(2);
const { signal } = new AbortController();

await using store = await openStore(
  { path, clock: systemClock, ids: randomIds(systemClock) },
  signal,
);
const addMeta = 'INSERT INTO meta (key, value) VALUES ($1, $2)';
for (let number = 1; number <= Number(count); number += 1) {
  await store.write(async (sql) => {
    await sql.run(addMeta, [`${label}-${number}`, 'x'.repeat(500)]);
    await sql.append({ stream: 's', kind: 'row.added', at: number, data: { label, number } });
  }, signal);
  process.stdout.write(`${number}\n`);
  // Let a broken pipe be heard: without a reader this process must end.
  await new Promise(setImmediate);
}
