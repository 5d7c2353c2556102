import { expect, test } from 'vitest';
import { isAtLeast, roles, smallerRole, toRole } from './principal.ts';

test('each role may do what those before it may', () => {
  const may = roles.map((role) => roles.filter((needed) => isAtLeast(role, needed)));
  expect(may).toEqual([['viewer'], ['viewer', 'operator'], ['viewer', 'operator', 'admin']]);
});

test('of two roles the smaller counts', () => {
  expect(smallerRole('admin', 'viewer')).toBe('viewer');
  expect(smallerRole('operator', 'admin')).toBe('operator');
});

test('a role that we do not know is a fault, never a right', () => {
  expect(() => toRole('root')).toThrow(TypeError);
});
