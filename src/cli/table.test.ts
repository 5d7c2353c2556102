import { expect, test } from 'vitest';
import { layOutFacts, layOutTable } from './table.ts';
import { fitText, oneLine, textWidth } from './text-width.ts';

const columns = [
  { title: 'NAME', text: ({ name }: Row) => name },
  { title: 'SIZE', text: ({ size }: Row) => String(size), align: 'right' as const },
  { title: 'NOTE', text: ({ note }: Row) => note },
];

interface Row {
  readonly name: string;
  readonly size: number;
  readonly note: string;
}

test('aligns columns, wide characters counted as two', () => {
  const rows = [
    { name: 'a', size: 5, note: 'x' },
    { name: '漢字é', size: 1234, note: '' },
  ];
  expect(layOutTable(columns, rows, Infinity)).toEqual([
    'NAME   SIZE  NOTE',
    'a         5  x',
    '漢字é  1234',
  ]);
});

test('cuts the last column at the width and shows that it did', () => {
  const rows = [{ name: 'a', size: 5, note: 'a long note that does not fit' }];
  const [, line = ''] = layOutTable(columns, rows, 30);
  expect(line).toBe('a        5  a long note that …');
  expect(textWidth(line)).toBe(30);
});

test('keeps foreign control characters from the terminal', () => {
  const rows = [{ name: 'a\u001b[2Jb\nc', size: 1, note: 'x\r\ny' }];
  const text = layOutTable(columns, rows, Infinity).join('\n');
  expect(text).toBe('NAME      SIZE  NOTE\na [2Jb c     1  x y');
});

test('leaves out facts that are not known', () => {
  expect(layOutFacts({ job: 'job_1', error: undefined, status: 'queued' })).toEqual([
    'job     job_1',
    'status  queued',
  ]);
});

test('measures and cuts text by terminal columns', () => {
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('🚀')).toBe(2);
  expect(fitText('日本語', 5)).toBe('日本…');
  expect(fitText('abc', 3)).toBe('abc');
  expect(oneLine(' a\u0000\u0007b\u009bc ')).toBe('a b c');
});
