import { expect, test } from 'vitest';
import { withStorage } from './report-storage.ts';

test.each([
  [
    '<!doctype html><html><head><title>ä</title>',
    '<!doctype html><html><head>',
    '<title>ä</title>',
  ],
  ['<!DOCTYPE html>\n<HEAD lang="en">\n<title>', '<!DOCTYPE html>\n<HEAD lang="en">', '\n<title>'],
])('puts its script first into the head of %j, however it comes', async (page, before, after) => {
  for (const size of [1, 7, 1_000]) {
    const sent = await send(page, size);
    expect(sent.startsWith(`${before}<script>`)).toBe(true);
    expect(sent.endsWith(`</script>${after}`)).toBe(true);
  }
});

test.each(['', '<p>no head', '<header>none', `${'x'.repeat(70_000)}<head>`])(
  'sends a page without a head as it is',
  async (page) => {
    expect(await send(page, 1_000)).toBe(page);
  },
);

async function send(page: string, size: number): Promise<string> {
  const bytes = Buffer.from(page);
  const chunks = (async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  })();
  const sent: Uint8Array[] = [];
  for await (const chunk of withStorage(chunks)) sent.push(chunk);
  return Buffer.concat(sent).toString();
}
