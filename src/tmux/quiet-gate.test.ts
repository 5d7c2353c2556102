import { expect, test } from 'vitest';
import { QuietGate } from './quiet-gate.ts';

const signal = new AbortController().signal;

test('lets many in at once', async () => {
  const gate = new QuietGate();
  const first = Promise.withResolvers<string>();
  const waiting = gate.together(async () => await first.promise, signal);

  expect(await gate.together(async () => await Promise.resolve('second'), signal)).toBe('second');
  first.resolve('first');
  expect(await waiting).toBe('first');
});

test('lets one be alone: behind those inside, before those that come', async () => {
  const gate = new QuietGate();
  const log: string[] = [];
  const inside = Promise.withResolvers<void>();
  const alone = Promise.withResolvers<void>();
  const all = [
    gate.together(async () => await inside.promise.then(() => log.push('inside left')), signal),
    gate.alone(async () => await alone.promise.then(() => log.push('alone left'))),
    gate.together(async () => await Promise.resolve(log.push('late')), signal),
  ];
  alone.resolve();
  await Promise.resolve();
  inside.resolve();
  await Promise.all(all);

  expect(log).toEqual(['inside left', 'alone left', 'late']);
});

test('opens again after a failure', async () => {
  const gate = new QuietGate();
  const failing = gate.alone(async () => await Promise.reject(new Error('no')));

  await expect(failing).rejects.toThrow('no');
  expect(await gate.together(async () => await Promise.resolve(1), signal)).toBe(1);
});

test('lets one that waits leave', async () => {
  const gate = new QuietGate();
  const never = Promise.withResolvers<void>();
  void gate.alone(async () => await never.promise);
  const controller = new AbortController();
  const waiting = gate.together(async () => await Promise.resolve(1), controller.signal);
  controller.abort(new Error('left'));

  await expect(waiting).rejects.toThrow('left');
});
