import { expect, test } from 'vitest';
import { configDirectory, configFile } from './config-directory.ts';
import { claudeStatusFile } from './status-file.ts';

test.each([
  ['{"status":"idle"}', 'ready'],
  ['{"status":"busy"}', 'busy'],
  ['{"status":"waiting","waitingFor":"permission prompt"}', 'asking'],
  ['{"status":"shell"}', undefined],
  ['{"status":7}', undefined],
  ['{"stat', undefined],
  ['', undefined],
])('%s reads as %s', (content, kind) => {
  expect(claudeStatusFile.read(content)?.kind).toBe(kind);
});

test('the files move with CLAUDE_CONFIG_DIR', () => {
  const usual = { HOME: '/home/someone' };
  const moved = { ...usual, CLAUDE_CONFIG_DIR: '/elsewhere' };
  expect([configDirectory(usual), configFile(usual)]).toEqual([
    '/home/someone/.claude',
    '/home/someone/.claude.json',
  ]);
  expect([configDirectory(moved), configFile(moved)]).toEqual([
    '/elsewhere',
    '/elsewhere/.claude.json',
  ]);
});
