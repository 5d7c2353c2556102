const units: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

export const SIZE_FORM = 'a size such as 500MB, 10GB or 1.5TB (units B, KB, MB, GB, TB)';

/** Read `10GB` as bytes; undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^(?<amount>\d{1,12}(?:\.\d{1,3})?)(?<unit>[KMGT]?B)$/i.exec(text);
  if (match?.groups === undefined) return text === '0' ? 0 : undefined;
  const { amount, unit = '' } = match.groups;
  return Math.round(Number(amount) * (units[unit.toUpperCase()] ?? 1));
}

/** Write bytes for people, with three digits: `12.3 MB`. */
export function formatSize(bytes: number): string {
  const [unit = 'B', size = 1] = Object.entries(units).findLast(([, one]) => bytes >= one) ?? [];
  return size === 1 ? `${bytes} B` : `${Number((bytes / size).toPrecision(3))} ${unit}`;
}
