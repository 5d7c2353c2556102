/** `$12.30`; less than a cent is not nothing. */
export function formatMoney(usd: number): string {
  if (usd > 0 && usd < 0.01) return 'less than $0.01';
  return `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** `$12.30 a month`, or `free`. */
export function formatMonthly(usd: number): string {
  return usd === 0 ? 'free' : `${formatMoney(usd)} a month`;
}
