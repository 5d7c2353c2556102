import { expect, test } from 'vitest';
import { StubObserver } from '../../test/support/stub-observer.ts';
import { FakeClock } from '../base/index.ts';
import { ComposerGuard } from './composer-guard.ts';

const instruction = 'Read the file /a/prompt.md and do what it says.';

function open() {
  const clock = new FakeClock();
  const observer = new StubObserver();
  const parts = { adapter: { name: 'demo' }, request: { exchange: { instruction } }, clock };
  return { clock, observer, guard: new ComposerGuard(parts, observer) };
}

test('is free while nothing is typed, or our own text that an earlier process pasted', () => {
  const { observer, guard } = open();
  observer.showPrompt();
  expect(guard.isFree()).toBe(true);
  observer.showPrompt('Read the file\n/a/prompt.md and do what it says.');
  expect(guard.isFree()).toBe(true);
});

test('is not free with our text behind somebody else’s', () => {
  const { observer, guard } = open();
  observer.showPrompt(`please ${instruction}`);
  expect(guard.isFree()).toBe(false);
});

test('waits for a text that is half typed, and gives up when it has been left for a minute', async () => {
  const { clock, observer, guard } = open();
  observer.showPrompt('now do');
  expect(guard.isFree()).toBe(false);
  await clock.advance(59_999);
  expect(guard.isFree()).toBe(false);
  await clock.advance(1);
  expect(() => guard.isFree()).toThrow(
    expect.objectContaining({ code: 'agent.composer-not-empty' }),
  );
});

test('counts the minute anew whenever something is typed', async () => {
  const { clock, observer, guard } = open();
  observer.showPrompt('now do');
  expect(guard.isFree()).toBe(false);
  await clock.advance(50_000);
  observer.showPrompt('now do it');
  expect(guard.isFree()).toBe(false);
  await clock.advance(50_000);
  expect(guard.isFree()).toBe(false);
  observer.showPrompt();
  expect(guard.isFree()).toBe(true);
});
