import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ConfigInputs, findConfigFile, loadConfig } from './load-config.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function inputs(env: ConfigInputs['env'] = {}): ConfigInputs {
  return { argvDataDir: dataDir, env, homedir: '/home/someone', cwd: '/srv' };
}

function writeConfig(text: string): void {
  writeFileSync(join(dataDir, 'config.yaml'), text);
}

test('has a default for every key without a file or a variable', async () => {
  const config = await loadConfig(inputs());

  expect(config).toMatchObject({
    dataDir,
    configFile: join(dataDir, 'config.yaml'),
    concurrency: 4,
    logLevel: 'info',
    passEnvironment: [],
    sources: { concurrency: { kind: 'default' }, dataDir: { kind: 'flag', name: '--data-dir' } },
  });
  expect([config.model, config.sessionConcurrency]).toEqual([undefined, undefined]);
  expect(Object.isFrozen(config)).toBe(true);
});

test('prefers our variable to the older one, that to the file, and the file to the default', async () => {
  writeConfig('user_id: from_file\nmodel: from_file\nserver_port: 1\nrows: 40\n');
  const env = {
    TMUX_BUILDER_USER_ID: 'ours',
    USER_ID: 'older',
    CLI_MODEL: 'sonnet',
    BACKEND_PORT: '',
  };

  const config = await loadConfig(inputs(env));

  expect(config).toMatchObject({ userId: 'ours', model: 'sonnet', serverPort: 1, rows: 40 });
  expect(config.sources).toMatchObject({
    userId: { kind: 'environment', name: 'TMUX_BUILDER_USER_ID' },
    model: { kind: 'environment', name: 'CLI_MODEL' },
    serverPort: { kind: 'file', name: join(dataDir, 'config.yaml') },
    columns: { kind: 'default' },
  });
});

test('reads numbers, booleans, lists and levels from variables', async () => {
  const config = await loadConfig(
    inputs({
      TMUX_BUILDER_LEASE_MS: '20000',
      SKIP_CONFIG_VALIDATION: 'True',
      TMUX_BUILDER_PASS_ENVIRONMENT: 'A_KEY, B_KEY',
      LOG_LEVEL: 'WARN',
    }),
  );

  expect(config).toMatchObject({
    leaseMs: 20_000,
    skipValidation: true,
    passEnvironment: ['A_KEY', 'B_KEY'],
    logLevel: 'warn',
  });
});

function at(env: ConfigInputs['env'], argvDataDir?: string): string {
  return findConfigFile({ ...inputs(env), argvDataDir });
}

test('finds the data directory by flag, variable, XDG and home, in this order', () => {
  const own = { TMUX_BUILDER_DATA_DIR: 'own' };

  expect([
    at({ ...own, XDG_DATA_HOME: '/xdg' }, 'flag'),
    at({ ...own, XDG_DATA_HOME: '/xdg' }),
    at({ XDG_DATA_HOME: '/xdg' }),
    at({ XDG_DATA_HOME: 'relative' }),
  ]).toEqual([
    '/srv/flag/config.yaml',
    '/srv/own/config.yaml',
    '/xdg/tmux-builder/config.yaml',
    '/home/someone/.local/share/tmux-builder/config.yaml',
  ]);
});

test.each([
  ['concurrency: many\n', 'config.bad-value', 'concurrency is "many"; allowed is a whole number'],
  ['concurrency: 0\n', 'config.bad-value', 'concurrency is 0;'],
  ['concurrency:\n', 'config.bad-value', 'concurrency is null;'],
  ['data_dir: /elsewhere\n', 'config.bad-value', 'TMUX_BUILDER_DATA_DIR'],
  ['heartbeat_ms: 10000\n', 'config.bad-value', 'half of lease_ms, which is 15000'],
  ['concurency: 4\n', 'config.unknown-key', '"concurency"'],
  ['leaseMs: 4\n', 'config.unknown-key', '"leaseMs"'],
  ['a: [\n', 'config.bad-file', 'line '],
  ['rows: 40\nrows: 41\n', 'config.bad-file', 'line 2'],
  ['- rows\n', 'config.bad-file', 'key: value'],
])('refuses the file %j with %s', async (text, code, part) => {
  writeConfig(text);

  await expect(loadConfig(inputs())).rejects.toMatchObject({
    code,
    message: expect.stringContaining(part),
    todo: expect.stringMatching(/^[A-Z].*[^.]$/),
  });
  await expect(loadConfig(inputs())).rejects.toThrow(join(dataDir, 'config.yaml'));
});

test('names the variable that holds a value it refuses', async () => {
  await expect(loadConfig(inputs({ BACKEND_PORT: 'http' }))).rejects.toMatchObject({
    code: 'config.bad-value',
    message: expect.stringMatching(/^BACKEND_PORT: server_port is "http"; allowed is a port/),
  });
});
