import { expect, test } from 'vitest';
import { changed, withoutSent } from './message-draft.ts';

const sent = { text: 'Name three herbs', files: ['uploads/a'], key: 'key-1' };

test('a message that is changed after a try is another one, without its key', () => {
  expect(changed(sent, { text: 'Name four' })).toEqual({ text: 'Name four', files: ['uploads/a'] });
});

test('what was sent leaves the draft, and a file that came meanwhile stays', () => {
  const now = { ...sent, files: ['uploads/a', 'uploads/b'] };
  expect(withoutSent(now, sent)).toEqual({ text: '', files: ['uploads/b'] });
});

test('a text that is another by now is not thrown away', () => {
  expect(withoutSent({ text: 'Next', files: [] }, sent)).toEqual({ text: 'Next', files: [] });
});
