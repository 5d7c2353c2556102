import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkedLayout, layoutChecksum, layoutNames } from './layout.ts';

/** Read from tmux 3.3a. */
const fromTmux = [
  'ac9d,200x50,0,0,0',
  'e553,200x50,0,0[200x25,0,0,0,200x24,0,26,1]',
  '4196,80x24,0,0[80x12,0,0,0,80x11,0,13,2]',
  'c29f,90x20,0,0[90x10,0,0,0,90x9,0,11,3]',
];

test('accepts the five names', () => {
  for (const name of layoutNames) expect(checkedLayout(name)).toBe(name);
});

test('accepts layouts that tmux wrote', () => {
  for (const layout of fromTmux) expect(checkedLayout(layout)).toBe(layout);
});

test('refuses the names that end a 3.3a server (X01)', () => {
  for (const name of ['nosuch', '', 'main', 'zzzz', 'even', 'tile', ' tiled', 'tiled ', '-o']) {
    expect(() => checkedLayout(name), name).toThrow('not a tmux layout');
  }
});

test('refuses a wrong checksum, and a right one over nonsense', () => {
  expect(() => checkedLayout('0000,200x50,0,0,0')).toThrow('not a tmux layout');
  for (const cells of [
    '200x50',
    '200x50,0,0',
    '200x50,0,0[',
    '200x50,0,0[1x1,0,0,1]',
    '1x1,0,0,0,',
  ]) {
    expect(() => checkedLayout(`${layoutChecksum(cells)},${cells}`), cells).toThrow('not a tmux');
  }
});

test('survives any text, and nesting without end', () => {
  const deep = '1x1,0,0{'.repeat(50_000);
  expect(() => checkedLayout(`${layoutChecksum(deep)},${deep}`)).toThrow('not a tmux layout');
  fc.assert(
    fc.property(fc.string(), (cells) => {
      fc.pre(!/^\d+x\d+,\d+,\d+,\d+$/.test(cells));
      expect(() => checkedLayout(`${layoutChecksum(cells)},${cells}`)).toThrow('not a tmux layout');
    }),
    { seed: 7 },
  );
});
