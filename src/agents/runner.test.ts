import { expect, test } from 'vitest';
import { parseExit } from './runner.ts';

test('reads a status, and a status above 128 as the signal that ended the program', () => {
  expect(parseExit('{"version":1,"status":3}\n')).toEqual({ kind: 'status', status: 3 });
  expect(parseExit('{"version":1,"status":137}\n')).toEqual({ kind: 'signal', signal: 9 });
  expect(parseExit('{"version":1,"status":255}\n')).toEqual({ kind: 'status', status: 255 });
});

test('does not make up a status for a file that it cannot read', () => {
  expect(parseExit('')).toEqual({ kind: 'unknown' });
  expect(parseExit('{"version":1,"status":null}')).toEqual({ kind: 'unknown' });
});
