import { expect, test } from 'vitest';
import { ScreenModel } from './screen-model.ts';

async function drawn(text: string | Uint8Array): Promise<ScreenModel> {
  const model = new ScreenModel({ columns: 20, rows: 6 }, { scrollbackRows: 50, onDrawn() {} });
  model.write(Buffer.from(text));
  await model.drawnTo(0);
  return model;
}

/** What a viewer sees that is given a snapshot and then what comes next. */
async function both(before: string, after: string): Promise<readonly (readonly string[])[]> {
  using whole = await drawn(before + after);
  using first = await drawn(before);
  using viewer = await drawn(Buffer.concat([first.snapshot(), Buffer.from(after)]));
  return [viewer.rows(), whole.rows()];
}

test.each([
  ['margins', '\u001b[2;4rone\r\n', '\u001b[4Hlast\n\nnew'],
  ['the origin mode', '\u001b[2;4r\u001b[?6hone', '\u001b[Htop'],
  ['line drawing letters', '\u001b(0lq', 'qk'],
  ['line drawing letters behind SO', '\u001b)0\u000elq', 'qk\u000flq'],
  ['the cursor that was saved', 'ab\u001b7\u001b[5;5Hcd', 'ef\u001b8gh'],
  ['the alternate screen', 'main\u001b[?1049hother', '\u001b[?1049lback'],
  ['the insert mode', 'abc\r\u001b[4h', 'x'],
  ['a line that is to wrap', 'x'.repeat(20), 'y'],
  ['half a sequence', 'a\u001b[3', ';5Hb'],
  ['a title that goes on', 'a\u001b]0;one', ' two\u0007b'],
])('draws for who comes later: %s', async (_name, before, after) => {
  const [viewer, whole] = await both(before, after);
  expect(viewer).toEqual(whole);
});

test('tells a viewer that the cursor is hidden and how the mouse is told of', async () => {
  using model = await drawn('\u001b[?25l\u001b[?1000h\u001b[?1006h');
  const text = Buffer.from(model.snapshot()).toString();
  for (const mode of ['25l', '1000h', '1006h']) expect(text).toContain(`\u001b[?${mode}`);
});

test('gives the last lines, long ones as one', async () => {
  using model = await drawn(`one\r\n${'x'.repeat(30)}\r\n\r\nlast\r\n`);
  expect(model.lastLines(3)).toEqual(['x'.repeat(30), '', 'last']);
  expect(model.lastLines(10)).toEqual(['one', 'x'.repeat(30), '', 'last']);
});

test('counts what it drew', async () => {
  using model = await drawn('12345');
  expect(model.offset).toBe(5);
  expect(model.pendingBytes).toBe(0);
});
