import type { Terminal } from '@xterm/headless';

/**
 * What draws the part of a terminal's state that @xterm/addon-serialize leaves out: the margins of
 * scrolling, the cursor's saved place, a hidden cursor, line drawing letters, how the mouse is told of. It is not in
 * xterm.js's interface either, so it is read from the inside of the version that is pinned;
 * screen-model.test.ts notices when that changed.
 */
export function hiddenModes(terminal: Terminal): string {
  const core = field(terminal, '_core');
  const buffer = field(core, 'buffer');
  const top = number(field(buffer, 'scrollTop'), 0);
  const bottom = number(field(buffer, 'scrollBottom'), terminal.rows - 1);
  const hasMargins = top !== 0 || bottom !== terminal.rows - 1;
  const { originMode } = terminal.modes;
  const { cursorX } = terminal.buffer.active;
  const saved = { x: number(field(buffer, 'savedX'), 0), y: number(field(buffer, 'savedY'), 0) };
  // A cursor behind the last column cannot be put back there: the next letter is to wrap.
  const hasSaved = (saved.x !== 0 || saved.y !== 0) && cursorX < terminal.cols;
  const margins = hasMargins ? `\u001b[${top + 1};${bottom + 1}r` : '';
  const isMoved = hasMargins || originMode || hasSaved;
  return [
    hasSaved ? `\u001b[?6l\u001b[${saved.y + 1};${saved.x + 1}H\u001b7` : '',
    margins,
    originMode ? '\u001b[?6h' : '',
    isMoved ? cursorPlace(terminal, originMode ? top : 0) : '',
    field(field(core, 'coreService'), 'isCursorHidden') === true ? '\u001b[?25l' : '',
    charsets(field(core, '_charsetService')),
    field(field(core, 'coreMouseService'), 'activeEncoding') === 'SGR' ? '\u001b[?1006h' : '',
  ].join('');
}

/** Setting margins moves the cursor, and so does the origin mode. */
function cursorPlace({ buffer }: Terminal, origin: number): string {
  const { cursorX, cursorY } = buffer.active;
  return `\u001b[${cursorY - origin + 1};${cursorX + 1}H`;
}

function charsets(service: unknown): string {
  const sets = field(service, '_charsets');
  const drawn = [0, 1].map((level) => field(field(sets, String(level)), 'q') === '\u2500');
  const shift = field(service, 'glevel') === 1 ? '\u000e' : '';
  return `${drawn[0] === true ? '\u001b(0' : ''}${drawn[1] === true ? '\u001b)0' : ''}${shift}`;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return found;
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
