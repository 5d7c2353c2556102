const pieces = new RegExp(
  String.raw`\u001B\[(?<sequence>[\d;:]*)m|[\u000E\u000F]|\u001B\]8;[^\u001B]*\u001B\\|(?<drawn>.)`,
  'gsu',
);

/** Say which SGR codes are on in each column of a styled row. */
export function cellStyles(styledRow: string): readonly ReadonlySet<string>[] {
  const cells: ReadonlySet<string>[] = [];
  let style: ReadonlySet<string> = new Set<string>();
  for (const { groups } of styledRow.matchAll(pieces)) {
    const { sequence, drawn = '' } = groups ?? {};
    if (sequence !== undefined) style = changed(style, sequence);
    for (let unit = 0; unit < drawn.length; unit += 1) cells.push(style);
  }
  return cells;
}

/** Codes that take others away: 22 bold and dim, 27 inverse, 39 and 49 the colours. */
const offs: Readonly<Record<string, RegExp>> = {
  '22': /^[12]$/,
  '23': /^3$/,
  '24': /^4/,
  '27': /^7$/,
  '39': /^(?:3[0-8]|9\d)/,
  '49': /^(?:4[0-8]|10\d)/,
};

function changed(style: ReadonlySet<string>, sequence: string): ReadonlySet<string> {
  const next = new Set(style);
  for (const code of codesOf(sequence)) {
    const off = offs[code] ?? sameKind(code);
    if (code === '' || code === '0') next.clear();
    for (const on of next) if (off?.test(on) === true) next.delete(on);
    if (code !== '' && code !== '0' && offs[code] === undefined) next.add(code);
  }
  return next;
}

/** A new colour replaces the old one. */
function sameKind(code: string): RegExp | undefined {
  if (offs['39']?.test(code) === true) return offs['39'];
  return offs['49']?.test(code) === true ? offs['49'] : undefined;
}

/** The numbers of a colour (38;2;r;g;b and 38;5;n) stay with it: its 2 is not dim. */
function codesOf(sequence: string): readonly string[] {
  const codes = sequence.split(';');
  const found: string[] = [];
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? '';
    const isColour = code === '38' || code === '48' || code === '58';
    const length = isColour ? (codes[index + 1] === '2' ? 5 : 3) : 1;
    found.push(codes.slice(index, index + length).join(';'));
    index += length - 1;
  }
  return found;
}
