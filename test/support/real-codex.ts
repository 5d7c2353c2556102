import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

/** The version that script/real-agents fetches. */
export const codexVersion = '0.169.0';

export const codexSkipReason = `Codex ${codexVersion} is not in the cache: run script/real-agents codex`;

/** Where script/real-agents has put the program; undefined when it has not. */
export function findRealCodex(): string | undefined {
  const beside = fileURLToPath(new URL('../../.cache/agents', import.meta.url));
  const cache = process.env['TMUX_BUILDER_AGENT_CACHE'] ?? beside;
  const path = join(cache, `codex-${codexVersion}`, 'codex');
  return existsSync(path) ? path : undefined;
}

/** The same for a test that is to be skipped, with the reason, where the program is not. */
export function needRealCodex({ skip, task }: Pick<TestContext, 'skip' | 'task'>): string {
  const found = findRealCodex();
  if (found !== undefined) return found;
  // The note of a skip is not in the report that script/test counts; its meta is.
  Object.assign(task.meta, { reason: codexSkipReason });
  return skip(codexSkipReason);
}

export interface CodexHome extends AsyncDisposable {
  /** Holds the home and everything else of one test; short, for sockets. */
  readonly dir: string;
  /** Directory in which an agent can work. */
  readonly project: string;
  /** All that the program gets to see of the machine. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Make a home for a person who uses Codex with a provider of their own, a dummy key and this
 * further text of config.toml. Every host but loopback is behind a proxy that refuses connections.
 *
 * @param url of an API on loopback. The model is one that Codex knows, so it is asked as that one is.
 */
export async function openCodexHome(url: string, config = ''): Promise<CodexHome> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'cx-')));
  const [home, project, temporary] = ['home', 'project', 'tmp'].map((name) => join(dir, name));
  if (home === undefined || project === undefined || temporary === undefined) throw new Error(dir);
  for (const one of [join(home, '.codex'), project, temporary]) {
    await mkdir(one, { recursive: true });
  }
  await writeFile(join(home, '.codex', 'config.toml'), `${ownConfig(url)}\n${config}`);
  const environment = {
    HOME: home,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    TMPDIR: temporary,
    TEST_KEY: 'dummy-key-of-nobody',
    HTTP_PROXY: 'http://127.0.0.1:9',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
  };
  return {
    dir,
    project,
    environment,
    // The program may still write its last lines.
    [Symbol.asyncDispose]: async () => await rm(dir, { recursive: true, maxRetries: 5 }),
  };
}

function ownConfig(url: string): string {
  return `
model = "gpt-6.1-sol"
model_provider = "test"
[model_providers.test]
name = "test"
base_url = "${url}"
wire_api = "responses"
env_key = "TEST_KEY"
request_max_retries = 0
stream_max_retries = 0
[analytics]
enabled = false
[feedback]
enabled = false
`;
}
