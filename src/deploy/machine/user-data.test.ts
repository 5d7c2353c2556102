import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { systemdUnit } from './systemd-unit.ts';
import { type MachineWish, userData } from './user-data.ts';

const wish: MachineWish = {
  run: { command: ['node', 'server.js'], healthPath: '/health' },
  port: 8_080,
  archiveUrl: 'https://bucket.example/a.tar.gz?X-Amz-Signature=1&b=%2F',
  sha256: 'a'.repeat(64),
  reportUrl: 'https://report.example/?c=1&d=2',
  maxBytes: 16_384,
};

interface CloudConfig {
  readonly packages: readonly string[];
  readonly users: readonly unknown[];
  readonly write_files: readonly { path: string; permissions: string; content: string }[];
  readonly runcmd: readonly (readonly string[])[];
}

function read(text: string): CloudConfig & { readonly file: (path: string) => string } {
  const config = parse(text) as CloudConfig;
  const file = (path: string): string =>
    config.write_files.find((one) => one.path === path)?.content ?? '';
  return { ...config, file };
}

test('user data is YAML that cloud-init takes as a cloud-config, with room to spare', () => {
  const text = userData(wish);
  const config = read(text);

  expect(text.split('\n')[0]).toBe('#cloud-config');
  expect(config.runcmd).toEqual([['/etc/site/start']]);
  expect(config.packages).toContain('nodejs');
  expect(text.length).toBeLessThan(8_000);
});

test('addresses reach curl as they are, in files that root alone reads, and nowhere else', () => {
  const config = read(userData(wish));

  expect(config.file('/etc/site/archive.curl')).toBe(`url = "${wish.archiveUrl}"\n`);
  expect(config.file('/etc/site/report.curl')).toBe(`url = "${wish.reportUrl}"\n`);
  const holders = config.write_files.filter(({ content }) => content.includes('.example/'));
  expect(holders.map(({ permissions }) => permissions)).toEqual(['0600', '0600']);
});

test('nobody can log in on the machine', () => {
  const text = userData(wish);

  expect(read(text).users).toEqual([]);
  expect(text).not.toContain('ssh_authorized_keys');
  expect(parse(text)).toMatchObject({ ssh_pwauth: false, disable_root: true });
});

test('a machine that nobody waits for reports to nobody', () => {
  const config = read(userData({ ...wish, reportUrl: undefined }));

  expect(config.file('/etc/site/report.curl')).toBe('');
  expect(config.file('/etc/site/start')).not.toContain('report.curl');
});

test('user data that is larger than the provider takes is refused with both sizes', () => {
  const run = { ...wish.run, command: ['node', '-e', 'x'.repeat(20_000)] };

  expect(() => userData({ ...wish, run })).toThrow(/user data \d+ bytes long, the most is 16384/);
});

test('words of a command reach the program as they are, whatever systemd reads into them', () => {
  const run = { command: ['node', 'a b"c\\d', '%i', '$HOME', 'x\ny\rz'], healthPath: '/' };

  expect(systemdUnit({ run, port: 8_080 })).toContain(
    String.raw`ExecStart=/usr/bin/env -- "node" "a b\"c\\d" "%%i" "$$HOME" "x\x0ay\x0dz"`,
  );
});

test('a program gets the right to a low port only where it needs it', () => {
  const { run } = wish;

  expect(systemdUnit({ run, port: 80 })).toContain('AmbientCapabilities=CAP_NET_BIND_SERVICE\n');
  expect(systemdUnit({ run, port: 8_080 })).toContain('AmbientCapabilities=\n');
});

test('a quote in the health path stays inside the word of the shell', () => {
  const run = { ...wish.run, healthPath: "/it's" };

  expect(read(userData({ ...wish, run })).file('/etc/site/start')).toContain(
    `'http://127.0.0.1:8080/it'\\''s'`,
  );
});
