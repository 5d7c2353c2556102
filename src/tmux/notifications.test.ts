import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseNotification } from './notifications.ts';

test.each([
  ['%session-changed $0 my name', { kind: 'session-changed', session: '$0', name: 'my name' }],
  [
    '%client-session-changed client-1 $2 q r',
    { kind: 'client-session-changed', client: 'client-1', session: '$2', name: 'q r' },
  ],
  [
    '%session-window-changed $0 @3',
    { kind: 'session-window-changed', session: '$0', window: '@3' },
  ],
  ['%unlinked-window-close @1', { kind: 'window-closed', window: '@1' }],
  ['%window-renamed @0 new name', { kind: 'window-renamed', window: '@0', name: 'new name' }],
  [
    '%layout-change @0 e553,1x1 e553,1x1 *',
    { kind: 'layout-changed', window: '@0', layout: 'e553,1x1' },
  ],
  ['%pane-mode-changed %4', { kind: 'pane-mode-changed', pane: '%4' }],
  ['%pause %1', { kind: 'pane-paused', pane: '%1' }],
  ['%exit too far behind', { kind: 'exit', reason: 'too far behind' }],
  ['%sessions-changed', { kind: 'sessions-changed' }],
])('reads %s', (line, expected) => {
  expect(parseNotification(line)).toEqual(expected);
});

test('gives what it cannot read as it came', () => {
  fc.assert(
    fc.property(fc.string(), (rest) => {
      const line = `%window-renamed x${rest}`;
      expect(parseNotification(line)).toEqual({ kind: 'other', line });
    }),
    { seed: 7 },
  );
});
