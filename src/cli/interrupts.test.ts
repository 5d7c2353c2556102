import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { InterruptedError } from './errors.ts';
import { Interrupts } from './interrupts.ts';

test('the first signal ends waits, the second one leaves at once', () => {
  const { source, interrupts, left } = start();
  source.emit('SIGINT');
  expect(interrupts.signal.reason).toBeInstanceOf(InterruptedError);
  expect(left).toHaveLength(0);
  source.emit('SIGTERM');
  expect(left).toHaveLength(1);
});

test('a command may hear signals itself, until it stops to listen', () => {
  const { source, interrupts } = start();
  const heard: unknown[] = [];
  const listening = interrupts.listen((name, count) => heard.push([name, count]));
  source.emit('SIGINT');
  source.emit('SIGTERM');
  expect(heard).toEqual([
    ['SIGINT', 1],
    ['SIGTERM', 2],
  ]);
  expect(interrupts.signal.aborted).toBe(false);
  listening[Symbol.dispose]();
  interrupts[Symbol.dispose]();
  expect(source.eventNames()).toEqual([]);
});

function start() {
  const source = new EventEmitter();
  const left: unknown[] = [];
  const interrupts = new Interrupts(source, () => left.push('left'));
  return { source, interrupts, left };
}
