import { expect, test } from 'vitest';
import { countAgents } from './count-agents.ts';

test('counts the agents of every page', async () => {
  const pages = new Map([
    [undefined, { items: [{ state: 'ready' }, { state: 'working' }], next: 'second' }],
    ['second', { items: [{ state: 'ready' }], next: undefined }],
  ]);
  const none = { items: [], next: undefined };
  const app = {
    listLiveAgents: async ({ cursor }: { readonly cursor: string | undefined }) =>
      pages.get(cursor) ?? none,
  };

  const counts = await countAgents(app, new AbortController().signal);

  expect(Object.fromEntries(counts)).toEqual({ ready: 2, working: 1 });
});
