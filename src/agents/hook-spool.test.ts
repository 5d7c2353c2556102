import { expect, test } from 'vitest';
import { parseEventName } from './hook-spool.ts';

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
