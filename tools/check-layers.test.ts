import { expect, test } from 'vitest';
import { breach, readTable } from './check-layers.ts';

const table = readTable(
  '| `base` | | x |\n| `tmux` | `base` | x |\n| `jobs` | `base` `store` | x |\n',
);

test('reads which folder may use which', () => {
  expect([...(table.get('jobs') ?? [])]).toEqual(['base', 'store']);
});

test('lets a folder use its own files and the index of what its row lists', () => {
  expect(breach('src/tmux/a.ts', './b.ts', table)).toBeUndefined();
  expect(breach('src/tmux/a.ts', '../base/index.ts', table)).toBeUndefined();
});

test('refuses a folder that the row does not list', () => {
  expect(breach('src/tmux/a.ts', '../jobs/index.ts', table)).toMatch(
    'src/tmux may not use src/jobs',
  );
});

test('refuses to enter a folder past its index', () => {
  expect(breach('src/tmux/a.ts', '../base/clock.ts', table)).toMatch('through its index.ts');
});
