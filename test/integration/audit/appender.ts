/**
 * Append entries to an audit log and print each sequence once it is on disk.
 *
 * Arguments: the directory, a label, how many.
 */
import { silentLog, systemClock } from '../../../src/base/index.ts';
import { AuditLog } from '../../../src/audit/index.ts';

const [dir = '', label = '', count = '0'] = process.argv.slice(2);
const { signal } = new AbortController();
const toTime = (ms: number): string => new Date(ms).toISOString();

await using audit = new AuditLog({ dir, clock: systemClock, log: silentLog, toTime });
for (let number = 1; number <= Number(count); number += 1) {
  const data = { label, number, text: 'x'.repeat(300) };
  const entry = { action: 'test.done', user: null, address: null, subject: label, data };
  const { sequence } = await audit.append(entry, signal);
  process.stdout.write(`${sequence}\n`);
  // Let a broken pipe be heard: without a reader this process must end.
  await new Promise(setImmediate);
}
