import { expect, test } from 'vitest';
import { checkBind } from './check-bind.ts';

const bare = { hasAdmin: false, hasTls: false, isBehindProxy: false };

test('lets a server of this machine alone start without anything', () => {
  expect(() => checkBind({ ...bare, host: '127.0.0.1' })).not.toThrow();
});

test('holds back a server that others reach before anybody has a password', () => {
  for (const more of [{}, { hasTls: true }, { isBehindProxy: true }]) {
    expect(() => checkBind({ ...bare, ...more, host: '0.0.0.0' })).toThrow(
      expect.objectContaining({ code: 'server.exposed-without-password' }),
    );
  }
});

test('holds back a server that would carry passwords in the clear', () => {
  const guarded = { ...bare, hasAdmin: true, host: '192.168.1.2' };

  expect(() => checkBind(guarded)).toThrow(
    expect.objectContaining({ code: 'server.exposed-without-tls' }),
  );
  expect(() => checkBind({ ...guarded, hasTls: true })).not.toThrow();
  expect(() => checkBind({ ...guarded, isBehindProxy: true })).not.toThrow();
});
