import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

/** The version that script/real-agents fetches. */
export const geminiVersion = '0.61.0';

export const geminiSkipReason = `Gemini CLI ${geminiVersion} is not in the cache: run script/real-agents gemini`;

/** Where script/real-agents has put the program; undefined when it has not. */
export function findRealGemini(): string | undefined {
  const beside = fileURLToPath(new URL('../../.cache/agents', import.meta.url));
  const cache = process.env['TMUX_BUILDER_AGENT_CACHE'] ?? beside;
  const path = join(cache, `gemini-${geminiVersion}`, 'gemini');
  return existsSync(path) ? path : undefined;
}

/** The same for a test that is to be skipped, with the reason, where the program is not. */
export function needRealGemini({ skip, task }: Pick<TestContext, 'skip' | 'task'>): string {
  const found = findRealGemini();
  if (found !== undefined) return found;
  // The note of a skip is not in the report that script/test counts; its meta is.
  Object.assign(task.meta, { reason: geminiSkipReason });
  return skip(geminiSkipReason);
}

export interface GeminiHome extends AsyncDisposable {
  /** Holds the home and everything else of one test; short, for sockets. */
  readonly dir: string;
  /** Directory in which an agent can work. */
  readonly project: string;
  /** All that the program gets to see of the machine. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Make a home for a person who uses Gemini CLI with a dummy key and these settings besides. The
 * address of its API is to be added; every host but loopback is behind a proxy that refuses
 * connections.
 */
export async function openGeminiHome(settings: object = {}): Promise<GeminiHome> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'gm-')));
  const [home, project, temporary] = ['home', 'project', 'tmp'].map((name) => join(dir, name));
  if (home === undefined || project === undefined || temporary === undefined) throw new Error(dir);
  for (const one of [join(home, '.gemini'), project, temporary]) {
    await mkdir(one, { recursive: true });
  }
  const own = {
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    ...settings,
  };
  await writeFile(join(home, '.gemini', 'settings.json'), JSON.stringify(own));
  const environment = {
    HOME: home,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    TMPDIR: temporary,
    GEMINI_API_KEY: 'dummy-key-of-nobody',
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
