import { join } from 'node:path';

type Environment = Readonly<Record<string, string>>;

/** Where Claude Code keeps its sessions, transcripts and credentials. */
export function configDirectory(environment: Environment): string {
  return environment['CLAUDE_CONFIG_DIR'] ?? join(environment['HOME'] ?? '/', '.claude');
}

/** Its own settings: onboarding, trusted folders, approved keys. Beside the directory by default. */
export function configFile(environment: Environment): string {
  const dir = environment['CLAUDE_CONFIG_DIR'] ?? environment['HOME'] ?? '/';
  return join(dir, '.claude.json');
}
