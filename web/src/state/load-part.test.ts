import { expect, test, vi } from 'vitest';
import { loadPart, type PartTools } from './load-part.ts';

const gone = new TypeError('Failed to fetch dynamically imported module');

test('a part that comes at once asks nobody anything', async () => {
  const tools = toolsOf({});
  expect(await loadPart(async () => 'part', tools)).toBe('part');
  expect(tools.isServed).not.toHaveBeenCalled();
});

test('while the server is away the page stays, and the part comes when it is back', async () => {
  const tools = toolsOf({ served: [false, false, true] });
  const load = vi.fn(async () => 'part').mockRejectedValueOnce(gone);
  expect(await loadPart(load, tools)).toBe('part');
  expect(tools.tellWaiting).toHaveBeenCalledOnce();
  expect(tools.pause).toHaveBeenCalledTimes(2);
  expect(tools.renew).not.toHaveBeenCalled();
});

test('a part that a renewed server has not makes the page new', async () => {
  const tools = toolsOf({});
  void loadPart(async () => await Promise.reject(gone), tools);
  await expect.poll(() => vi.mocked(tools.renew).mock.calls).toHaveLength(1);
  expect(tools.tellWaiting).not.toHaveBeenCalled();
});

test('where a new page did not help the fault is shown', async () => {
  const tools = toolsOf({ canRenew: false });
  await expect(loadPart(async () => await Promise.reject(gone), tools)).rejects.toBe(gone);
});

interface Ways {
  readonly served?: readonly boolean[];
  readonly canRenew?: boolean;
}

function toolsOf({ served = [], canRenew = true }: Ways): PartTools {
  const answers = [...served];
  return {
    isServed: vi.fn(async () => answers.shift() ?? true),
    pause: vi.fn(async () => {}),
    renew: vi.fn(() => canRenew),
    tellWaiting: vi.fn(),
  };
}
