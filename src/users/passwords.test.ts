import { expect, test } from 'vitest';
import { Passwords } from './passwords.ts';

const cheap = { logN: 4, r: 8, p: 1 };

test('keeps the parameters and a salt of its own with each hash', async () => {
  const passwords = new Passwords(cheap);

  const [one, other] = [await passwords.hash('a password'), await passwords.hash('a password')];

  expect(one).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/);
  expect(other).not.toBe(one);
});

test('the parameters in use are those that are promised', async () => {
  expect(await new Passwords().hash('a password')).toContain('$scrypt$ln=15,r=8,p=1$');
});

test('knows the right password, however its letters were typed, and no other', async () => {
  const passwords = new Passwords(cheap);
  const hash = await passwords.hash('caf\u00e9 au lait');

  expect(await passwords.verify('cafe\u0301 au lait', hash)).toEqual({
    isRight: true,
    isDated: false,
  });
  expect((await passwords.verify('cafe au lait', hash)).isRight).toBe(false);
  expect((await passwords.verify('', hash)).isRight).toBe(false);
});

test('says when a hash is of other parameters than are wanted now', async () => {
  const hash = await new Passwords({ ...cheap, logN: 3 }).hash('a password');
  const passwords = new Passwords(cheap);

  expect(await passwords.verify('a password', hash)).toEqual({ isRight: true, isDated: true });
  expect(await passwords.verify('another one', hash)).toEqual({ isRight: false, isDated: false });
});

test('without a hash nothing is right', async () => {
  const passwords = new Passwords(cheap);
  expect((await passwords.verify('a password', undefined)).isRight).toBe(false);
});

test('a flood is refused once 32 wait, and does its work in turn', async () => {
  const passwords = new Passwords(cheap);

  const all = await Promise.allSettled(
    Array.from({ length: 40 }, async () => await passwords.hash('a password')),
  );

  const refused = all.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(6);
  expect(refused[0]).toMatchObject({ reason: { code: 'auth.busy' } });
  expect(await passwords.hash('a password')).toContain('$scrypt$');
});

test('a hash of an unknown format is a fault, not a wrong password', async () => {
  await expect(new Passwords(cheap).verify('x', '$argon2id$')).rejects.toThrow(TypeError);
});
