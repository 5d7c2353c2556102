import { join } from 'node:path';
import type { StatusFile, StatusReading } from '../adapter.ts';
import { configDirectory } from './config-directory.ts';
import { parseJson, textIn } from './json.ts';

/**
 * The file in which a running Claude Code tells its other windows what it does. Undocumented, and
 * about 0.1 s late; it stays behind when the process is killed.
 */
export const claudeStatusFile: StatusFile = {
  path: ({ environment }, pid) => join(configDirectory(environment), 'sessions', `${pid}.json`),
  read: readStatus,
};

const kinds: Readonly<Record<string, StatusReading['kind']>> = {
  idle: 'ready',
  busy: 'busy',
  waiting: 'asking',
};

/** `shell`, and whatever later versions add, says nothing certain. */
function readStatus(content: string): StatusReading | undefined {
  const parsed = parseJson(content);
  const status = textIn(parsed, 'status') ?? '';
  const kind = kinds[status];
  if (kind === undefined) return undefined;
  const what = textIn(parsed, 'waitingFor');
  return { kind, detail: `status "${status}"${what === undefined ? '' : `: ${what}`}` };
}
