import { expect, test } from 'vitest';
import { Hosts, isLoopback } from './hosts.ts';

const own = new Hosts({ port: 8000, isSecure: false, host: '127.0.0.1', origins: [] });
const proxied = new Hosts({
  port: 8000,
  isSecure: false,
  host: '0.0.0.0',
  origins: ['https://agents.example.org'],
});

test.each(['localhost:8000', '127.0.0.1:8000', '[::1]:8000', 'LOCALHOST:8000'])(
  'knows itself as %s',
  (host) => {
    expect(() => own.checkHost({ host })).not.toThrow();
  },
);

test.each([
  undefined,
  '',
  'localhost',
  'localhost:8001',
  'evil.example:8000',
  'localhost:8000.evil.example',
  'agents.example.org',
])('is not known as %s', (host) => {
  expect(() => own.checkHost({ host })).toThrow('This server is not known as');
});

test.each(['agents.example.org', 'agents.example.org:443', 'localhost:8000'])(
  'is known behind its proxy as %s',
  (host) => {
    expect(() => proxied.checkHost({ host })).not.toThrow();
  },
);

test('knows the port that its scheme has by itself', () => {
  const hosts = new Hosts({ port: 443, isSecure: true, host: '192.0.2.7', origins: [] });

  expect(() => hosts.checkHost({ host: '192.0.2.7' })).not.toThrow();
  expect(() => hosts.checkHost({ host: '192.0.2.7:443' })).not.toThrow();
});

test('takes changes from pages at the very name that they ask for', () => {
  const host = 'localhost:8000';

  expect(() => own.checkOrigin({ host, origin: 'http://localhost:8000' }, true)).not.toThrow();
  for (const origin of [
    'http://127.0.0.1:8000',
    'https://localhost:8000',
    'http://localhost:8001',
    'http://evil.example',
    'null',
  ]) {
    expect(() => own.checkOrigin({ host, origin }, true)).toThrow('may not do that here');
  }
});

test('takes changes by cookie only with a word on where they come from', () => {
  const host = 'localhost:8000';

  expect(() => own.checkOrigin({ host }, true)).toThrow('has to say where it comes from');
  expect(() => own.checkOrigin({ host, 'sec-fetch-site': 'cross-site' }, true)).toThrow();
  expect(() => own.checkOrigin({ host, 'sec-fetch-site': 'same-origin' }, true)).not.toThrow();
  expect(() => own.checkOrigin({ host }, false)).not.toThrow();
});

test('tells loopback from addresses that others reach', () => {
  expect(['localhost', '127.0.0.1', '127.1.2.3', '::1'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '192.168.1.2', 'localhost.example'].some(isLoopback)).toBe(false);
});
