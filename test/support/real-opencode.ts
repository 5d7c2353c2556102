import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

/** The version that script/real-agents fetches. */
export const opencodeVersion = '1.18.33';

export const opencodeSkipReason = `opencode ${opencodeVersion} is not in the cache: run script/real-agents --all`;

/** Where script/real-agents has put the program; undefined when it has not. */
export function findRealOpencode(): string | undefined {
  const beside = fileURLToPath(new URL('../../.cache/agents', import.meta.url));
  const cache = process.env['TMUX_BUILDER_AGENT_CACHE'] ?? beside;
  const path = join(cache, `opencode-${opencodeVersion}`, 'opencode');
  return existsSync(path) ? path : undefined;
}

/** The same for a test that is to be skipped, with the reason, where the program is not. */
export function needRealOpencode({ skip, task }: Pick<TestContext, 'skip' | 'task'>): string {
  const found = findRealOpencode();
  if (found !== undefined) return found;
  // The note of a skip is not in the report that script/test counts; its meta is.
  Object.assign(task.meta, { reason: opencodeSkipReason });
  return skip(opencodeSkipReason);
}

/** Names of the model that a home's configuration has, as the API and as opencode know it. */
export const opencodeModel = 'local/test-model';

export interface OpencodeHome extends AsyncDisposable {
  /** Holds the home and everything else of one test; short, for sockets. */
  readonly dir: string;
  /** Directory in which an agent can work. */
  readonly project: string;
  /** All that the program gets to see of the machine. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Make a home for a person whose opencode has a provider on loopback, under a dummy key, and this
 * configuration besides. `{env:CHAT_API}` is the provider's address, so that agents of one home can
 * have different ones; every host but loopback is behind a proxy that refuses connections.
 */
export async function openOpencodeHome(config: object = {}): Promise<OpencodeHome> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'oc-')));
  const [home, project, temporary] = ['home', 'project', 'tmp'].map((name) => join(dir, name));
  if (home === undefined || project === undefined || temporary === undefined) throw new Error(dir);
  const place = join(home, '.config', 'opencode');
  for (const one of [place, project, temporary]) await mkdir(one, { recursive: true });
  const model = { name: 'Test model', tool_call: true, limit: { context: 200_000, output: 8_000 } };
  const own = {
    share: 'disabled',
    model: opencodeModel,
    small_model: opencodeModel,
    enabled_providers: ['local'],
    provider: {
      local: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Local',
        options: { baseURL: '{env:CHAT_API}', apiKey: 'dummy-key-of-nobody' },
        models: { 'test-model': model },
      },
    },
    ...config,
  };
  await writeFile(join(place, 'opencode.json'), JSON.stringify(own));
  const environment = {
    HOME: home,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    TMPDIR: temporary,
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
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
