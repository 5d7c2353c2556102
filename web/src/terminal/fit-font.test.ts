import { expect, test } from 'vitest';
import { fitFont, LARGEST_FONT, READABLE_FONT, SMALLEST_FONT } from './fit-font.ts';

const cell = { width: 0.6, height: 1.2 };

test('a screen fits by its width or its height, whichever is scarce', () => {
  const screen = { columns: 200, rows: 50 };

  expect(fitFont({ width: 1_200, height: 2_000 }, screen, cell)).toBe(10);
  expect(fitFont({ width: 4_000, height: 600 }, screen, cell)).toBe(10);
});

test('a font stays readable and never grows huge', () => {
  const box = { width: 300, height: 300 };

  expect(fitFont(box, { columns: 500, rows: 200 }, cell)).toBe(SMALLEST_FONT);
  expect(fitFont(box, { columns: 4, rows: 2 }, cell)).toBe(LARGEST_FONT);
});

test('letters stay readable where that is asked for, and the screen is wider than the page', () => {
  const phone = { width: 352, height: 500 };
  const screen = { columns: 200, rows: 50 };
  expect(fitFont(phone, screen, cell)).toBe(SMALLEST_FONT);
  expect(fitFont(phone, screen, cell, READABLE_FONT)).toBe(READABLE_FONT);
});
