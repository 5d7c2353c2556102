/**
 * The network that an address counts for where tries are counted: IPv4 as it is, IPv6 by its first
 * 64 bits. Whoever has one address of IPv6 has the other 2^64 of that network too.
 */
export function networkOf(address: string): string {
  // Some proxies write the port too, which is another one for each connection.
  if (address.includes('.')) return address.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
  if (!address.includes(':')) return address;
  const [plain = ''] = address.split('%', 1);
  const [before = '', after] = plain.split('::', 2);
  const [left, right] = [before, after ?? ''].map((part) => part.split(':').filter(Boolean));
  const known = [...(left ?? []), ...(right ?? [])];
  const zeros = Array.from({ length: Math.max(0, 8 - known.length) }, () => '0');
  const groups = [...(left ?? []), ...zeros, ...(right ?? [])].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
