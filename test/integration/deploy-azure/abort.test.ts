import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf, azureSite } from '../../support/azure/azure-site.ts';
import { type FakeAzure, openFakeAzure } from '../../support/azure/fake-azure.ts';

let azure: FakeAzure;

beforeAll(async () => {
  azure = await openFakeAzure(['aborted'].map(accountOf));
});
afterAll(async () => {
  await azure[Symbol.asyncDispose]();
});

const server =
  "require('node:http').createServer((q, r) => r.end('up')).listen(process.env.PORT, '127.0.0.1')";
const kinds = [
  { type: 'static', frontDoor: 'shared', file: 'index.html', text: 'up' },
  { type: 'dynamic', frontDoor: undefined, file: 'server.js', text: server },
] as const;

/** Aborts at the request of this number; the count goes on. */
function abortAt(number: number): AbortController {
  const controller = new AbortController();
  let count = 0;
  azure.onRequest = () => {
    count += 1;
    if (count === number) controller.abort(new Error(`stopped at ${number}`));
  };
  return controller;
}

test.each(kinds)(
  'a $type site that is aborted at any request is whole when it is published again, and goes whole',
  async ({ type, frontDoor, file, text }) => {
    const run = { command: ['node', 'server.js'], healthPath: '/' };
    const spec = { sessionId: 'aborted', type, frontDoor, run } as const;
    const site = await azureSite(azure, spec);
    const release = await site.release({ [file]: text });
    let aborted = 0;
    for (let number = 1; ; number += 1) {
      const controller = abortAt(number);
      const outcome = await site.apply(release, controller.signal).catch((error: unknown) => error);
      azure.onRequest = undefined;
      if (!controller.signal.aborted) break;
      aborted += 1;
      // An abort in the last request may come too late to be seen.
      if (outcome instanceof Error) expect(outcome).toBe(controller.signal.reason);

      const made = await site.apply(release);

      expect(await (await fetch(made.url)).text()).toBe('up');
      expect(azure.machines.size).toBe(type === 'dynamic' ? 1 : 0);
      const end = abortAt(number);
      await site.destroy(end.signal).catch((error: unknown) => {
        expect(error).toBe(end.signal.reason);
      });
      azure.onRequest = undefined;
      await site.destroy();
      expect(azure.arm.groups.size).toBe(0);
      expect(azure.machines.size).toBe(0);
    }
    await site.destroy();
    expect(aborted).toBeGreaterThan(20);
  },
  // Some hundred deployments.
  300_000,
);
