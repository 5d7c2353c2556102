import { expect, test } from 'vitest';
import { FakeClock, silentLog } from '../base/index.ts';
import { agentLogStream } from './agent-log-stream.ts';
import type { TerminalsApp } from './door-app.ts';
import { StandInAccounts } from '../../test/support/terminal-accounts.ts';

type Follow = TerminalsApp['terminals']['follow'];

function logs(follow: Follow) {
  const accounts = new StandInAccounts();
  const clock = new FakeClock();
  const place = { agentId: 'job_1.1', homeDir: '/nowhere', columns: 80, rows: 24, pane: undefined };
  const app = {
    accounts,
    terminals: { follow, watch: () => Promise.reject(new Error('nobody watches')) },
    findTerminal: async () => ({ ...place, sessionId: 'ses_1' }),
  };
  const principal = accounts.add('anna');
  accounts.allow(principal, 'job_1.1', 'viewer');
  const stop = new AbortController();
  const call = { app, principal, params: { agent_id: 'job_1.1' }, query: { tail: 5 } };
  const told: string[] = [];
  const tell = (text: string): number => told.push(text);
  const tools = { clock, log: { ...silentLog, warn: tell, error: tell } };
  const open = async () => await agentLogStream({ ...call, signal: stop.signal }, tools);
  return { accounts, principal, clock, stop, told, open };
}

async function all(chunks: AsyncIterable<string | Uint8Array>): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const chunk of chunks) texts.push(chunk.toString());
  return texts;
}

async function* endless(signal: AbortSignal): AsyncGenerator<string> {
  yield 'first';
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  await promise;
}

test('says what is printed as data, then that it ended', async () => {
  const asked: number[] = [];
  const { open } = logs(async function* (_place, tail) {
    asked.push(tail);
    yield 'one\ntwo';
    yield '"three"';
  });

  const { chunks, contentType } = await open();
  const texts = await all(chunks);

  expect(contentType).toContain('text/event-stream');
  expect(texts).toEqual([
    'data: {"output":"one\\ntwo"}\n\n',
    'data: {"output":"\\"three\\""}\n\n',
    'event: end\ndata: {}\n\n',
  ]);
  expect(asked).toEqual([5]);
});

test('ends without a word when the login is revoked or the client goes', async () => {
  const one = logs((_place, _tail, signal) => endless(signal));
  const other = logs((_place, _tail, signal) => endless(signal));
  const [revoked, gone] = [all((await one.open()).chunks), (await other.open()).chunks];
  const left = all(gone);
  await Promise.resolve();

  one.accounts.revoke('tok_anna');
  other.stop.abort();

  expect((await revoked).join('')).not.toContain('end');
  expect((await left).join('')).not.toContain('end');
  expect([one.clock.pending, other.clock.pending]).toEqual([0, 0]);
});

test('comments when nothing is printed for a while', async () => {
  const { open, clock, stop } = logs((_place, _tail, signal) => endless(signal));
  const texts: unknown[] = [];
  const reading = (async () => {
    for await (const text of (await open()).chunks) texts.push(text);
  })();
  await expect.poll(() => texts.length).toBe(1);

  await clock.advance(15_000);

  await expect.poll(() => texts.at(-1)).toBe(': quiet\n\n');
  stop.abort();
  await reading;
});

test('tells nothing to whose right ended before anybody listened, nor later without a word', async () => {
  const early = logs((_place, _tail, signal) => endless(signal));
  const late = logs((_place, _tail, signal) => endless(signal));
  const { chunks } = await early.open();
  early.accounts.allow(early.principal, 'job_1.1', undefined);
  const texts: string[] = [];
  const reading = (async () => {
    for await (const text of (await late.open()).chunks) texts.push(text.toString());
  })();
  await expect.poll(() => texts).toHaveLength(1);

  late.accounts.allow(late.principal, 'job_1.1', undefined);
  await late.clock.advance(15_000);

  expect(await all(chunks)).toEqual([]);
  await reading;
  expect(texts.join('')).not.toContain('end');
});

test('goes on and says so when rights cannot be looked up, until they can', async () => {
  const { accounts, clock, told, open } = logs((_place, _tail, signal) => endless(signal));
  const { authorize } = accounts;
  const texts: string[] = [];
  const reading = (async () => {
    for await (const text of (await open()).chunks) texts.push(text.toString());
  })();
  await expect.poll(() => texts).toHaveLength(1);

  accounts.authorize = async () => await Promise.reject(new Error('the database is gone'));
  await clock.advance(15_000);
  await expect.poll(() => told).toEqual(['right to an agent’s log not looked at']);
  await expect.poll(() => texts).toHaveLength(2);
  accounts.authorize = authorize;
  accounts.rights.clear();
  await clock.advance(15_000);

  await reading;
});

test('logs what ends it before its end', async () => {
  const { told, open } = logs(async function* () {
    yield 'first';
    throw new Error('the recording is gone');
  });

  const { chunks } = await open();

  await expect(all(chunks)).rejects.toThrow('the recording is gone');
  expect(told).toEqual(['an agent’s log cannot be followed']);
});
