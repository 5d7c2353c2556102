import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { addressOf } from './gate.ts';

function from(remoteAddress: string, told?: string): Parameters<typeof addressOf>[0] {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  return { socket, headers: told === undefined ? {} : { 'x-forwarded-for': told } };
}

test('believes what is told of an address only behind a proxy', () => {
  expect(addressOf(from('::ffff:127.0.0.1', '203.0.113.9'), false)).toBe('127.0.0.1');
  expect(addressOf(from('127.0.0.1', '203.0.113.9'), true)).toBe('203.0.113.9');
});

test('takes what the proxy itself wrote, not what the client claims', () => {
  expect(addressOf(from('127.0.0.1', '198.51.100.1, 203.0.113.9'), true)).toBe('203.0.113.9');
  expect(addressOf(from('127.0.0.1', 'somebody'), true)).toBe('127.0.0.1');
});
