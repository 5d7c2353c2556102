import { expect, test } from 'vitest';
import { ForbiddenCommandError } from './errors.ts';
import { refuseFatal } from './guard.ts';

test.each([
  ['X01', ['select-layout', 'nosuch']],
  ['X01', ['selectl', '-t', '@1', 'main']],
  ['X02', ['select-layout', '-o', 'tiled']],
  ['X02', ['select-layout', '-t', '@1', '-o', 'tiled']],
  ['X03', ['set-option', '-g', 'window-size', 'manual']],
  ['X03', ['setw', '-g', 'window-size', 'manual']],
  ['X03', ['set', '-gq', 'window-siz', 'manual']],
  ['X04', ['set', '-gU', '-t', '%99', 'pane-border-status']],
  ['X04', ['set-option', '-U', '-t', '%99', 'pane-border-status']],
  ['X05', ['link-window', '-s', '@1', '-t', '$2:']],
  ['X05', ['linkw', '-s', '@1']],
  ['X05', ['new-session', '-d', '-t', '$1']],
  ['X06', ['kill-server']],
  ['X06', ['kill-ser']],
  ['B18', ['send-keys', '-l', 'text']],
  ['B20', ['paste-buffer', '-t', '%1']],
  ['B68', ['wait-for', 'x']],
  ['B68', ['wa', 'x']],
  ['B69', ['run-shell', 'sleep 9']],
  ['B71', ['source-file', '/x']],
  ['B76', ['if-shell', '-F', '1', 'display-message x']],
])('%s: refuses %j', (_id, command) => {
  expect(() => refuseFatal(command)).toThrow(ForbiddenCommandError);
});

test.each([
  [['list-panes', '-a']],
  [['display', '-p', 'x']],
  [['display-message', '-p', '-o']],
  [['select-layout', '-t', '@1', 'tiled']],
  [['set-option', '-w', '-t', '@1', 'window-size', 'manual']],
  [['set-option', '-g', 'status', 'off']],
  [['set-buffer', 'x']],
  [['set-environment', '-g', 'A', 'b']],
  [['run-shell', '-b', 'true']],
  [['send-keys', '-X', '-t', '%1', 'cancel']],
  [['kill-session', '-t', '$1']],
  [['rename-session', '-t', '$1', 'x']],
])('lets %j through', (command) => {
  refuseFatal(command);
});
