import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

/** Versions that script/real-agents fetches, the newest first. */
export const realVersions = ['2.1.329', '2.1.197'] as const;
export type RealVersion = (typeof realVersions)[number];

/** Not a key of anybody: the program only wants one that looks like one. */
const DUMMY_KEY = `sk-ant-dummy-${'0'.repeat(28)}`;

/** Where script/real-agents has put the program; undefined when it has not. */
export function findRealClaude(version: RealVersion): string | undefined {
  const beside = fileURLToPath(new URL('../../.cache/agents', import.meta.url));
  const cache = process.env['TMUX_BUILDER_AGENT_CACHE'] ?? beside;
  const path = join(cache, `claude-${version}`, 'claude');
  return existsSync(path) ? path : undefined;
}

/** The same for a test that is to be skipped, with the reason, where the program is not. */
export function needRealClaude(
  version: RealVersion,
  { skip, task }: Pick<TestContext, 'skip' | 'task'>,
): string {
  const found = findRealClaude(version);
  if (found !== undefined) return found;
  // The note of a skip is not in the report that script/test counts; its meta is.
  Object.assign(task.meta, { reason: skipReason(version) });
  return skip(skipReason(version));
}

export function skipReason(version: RealVersion): string {
  return `Claude Code ${version} is not in the cache: run script/real-agents --all`;
}

export interface ClaudeHome extends AsyncDisposable {
  /** Holds the home and everything else of one test; short, for sockets. */
  readonly dir: string;
  /** Directory in which an agent can work. */
  readonly project: string;
  /** All that the program gets to see of the machine. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Make a home in which Claude Code has finished its first run and uses a dummy key. The address of
 * its API is to be added; every host but loopback is behind a proxy that refuses connections.
 * `trusted` directories, and those below them, open without the trust dialog.
 */
export async function openClaudeHome(trusted: readonly string[] = []): Promise<ClaudeHome> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'cc-')));
  const [home, project, temporary] = ['home', 'project', 'tmp'].map((name) => join(dir, name));
  if (home === undefined || project === undefined || temporary === undefined) throw new Error(dir);
  for (const one of [home, project, temporary]) await mkdir(one);
  const config = {
    projects: Object.fromEntries(trusted.map((one) => [one, { hasTrustDialogAccepted: true }])),
    hasCompletedOnboarding: true,
    hasSeenAutoDefaultNotice: true,
    officialMarketplaceAutoInstallAttempted: true,
    customApiKeyResponses: { approved: [DUMMY_KEY.slice(-20)], rejected: [] },
  };
  await writeFile(join(home, '.claude.json'), JSON.stringify(config));
  const environment = {
    HOME: home,
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    TMPDIR: temporary,
    CLAUDE_CODE_TMPDIR: temporary,
    ANTHROPIC_API_KEY: DUMMY_KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
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
