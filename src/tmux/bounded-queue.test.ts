import { expect, test } from 'vitest';
import { BoundedQueue } from './bounded-queue.ts';

test('gives items in order and waits for more', async () => {
  const queue = textQueue(100);
  const first = queue.next();
  queue.push({ text: 'a' });
  queue.push({ text: 'b' });
  queue.end();

  expect((await first).value).toEqual({ text: 'a' });
  expect(await all(queue)).toEqual(['b']);
});

test('drops the oldest when full, and says how much before the next one', async () => {
  const queue = textQueue(10);
  for (const text of ['aaaa', 'bbbb', 'cccc', 'dddd']) queue.push({ text });
  queue.end();

  expect(await all(queue)).toEqual(['lost 2 items, 8 letters', 'cccc', 'dddd']);
});

test('keeps the newest item even when it alone is too large', async () => {
  const queue = textQueue(3);
  queue.push({ text: 'a' });
  queue.push({ text: 'bbbbbb' });
  queue.end();

  expect(await all(queue)).toEqual(['lost 1 items, 1 letters', 'bbbbbb']);
});

test('gives what is left before it fails', async () => {
  const queue = textQueue(10);
  queue.push({ text: 'a' });
  queue.end({ error: new Error('gone') });

  expect((await queue.next()).value).toEqual({ text: 'a' });
  await expect(queue.next()).rejects.toThrow('gone');
});

test('keeps its order over thousands of items', async () => {
  const queue = textQueue(1_000_000);
  const given: string[] = [];
  for (let count = 0; count < 5_000; count += 1) {
    queue.push({ text: String(count) });
    if (count % 3 === 0) given.push((await queue.next()).value?.text ?? '');
  }
  queue.end();

  expect([...given, ...(await all(queue))]).toEqual(
    Array.from({ length: 5_000 }, (_, at) => String(at)),
  );
});

function textQueue(limit: number): BoundedQueue<{ readonly text: string }> {
  return new BoundedQueue({
    limit,
    weigh: ({ text }) => text.length,
    lost: ({ items, weight }) => ({ text: `lost ${items} items, ${weight} letters` }),
  });
}

async function all(queue: BoundedQueue<{ readonly text: string }>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of queue) texts.push(text);
  return texts;
}
