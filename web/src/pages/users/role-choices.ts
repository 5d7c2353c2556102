/** What each role may do, in words. */
export const roleChoices = [
  { role: 'viewer', says: 'looks at what is shared' },
  { role: 'operator', says: 'makes sessions and steers agents' },
  { role: 'admin', says: 'may do everything' },
] as const;
