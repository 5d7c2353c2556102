import { expect, test } from 'vitest';
import { redrawing } from './redrawing.ts';
import { ScreenModel } from './screen-model.ts';
import { styledText } from './styled-text.ts';

test('draws what tmux shows, in its styles and line drawing letters', async () => {
  using model = new ScreenModel({ columns: 20, rows: 3 }, { scrollbackRows: 0, onDrawn() {} });
  model.write(Buffer.from('\u001b[2;3rwrong\u001b[1'));
  await model.drawnTo(0);
  const styledRows = ['\u001b[31mred', 'still red\u001b[39m \u000elq', 'qk\u000f end'];
  const look = {
    styledRows,
    pid: 1,
    printedAt: 0,
    exit: undefined,
    columns: 20,
    rows: 3,
    cursor: { column: 4, row: 1, isShown: true },
    isAlternateScreen: true,
  };
  await model.draw(redrawing(look, model.isAlternateScreen));

  expect(model.rows()).toEqual(['red', 'still red ┌─', '─┐ end']);
  expect(model.rows()).toEqual(styledText(styledRows));
  expect(model.cursor).toEqual({ column: 4, row: 1 });
  expect(model.isAlternateScreen).toBe(true);
});
