import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemCode } from '../base/index.ts';
import { TmuxNotFoundError, TmuxTooOldError, UnsupportedError } from './errors.ts';

/** What `tmux -V` says: `3.3a` is major 3, minor 3, patch 1; a development version counts as its next. */
export interface TmuxVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  /** The letter as a number: none 0, a 1, b 2. */
  readonly patch: number;
}

/** What came when. The first rows are what this library cannot do without. */
const features = {
  'client flags (pause-after, no-output)': '3.2',
  'run-shell -C': '3.2',
  'environment of a new pane (-e)': '3.2',
  'dead-signal': '3.3',
  'capture-trim (capture-pane -T)': '3.4',
  'paste-buffer notifications': '3.4',
} as const;

export type TmuxFeature = keyof typeof features;

const oldest = '3.2';

/**
 * Ask a tmux program for its version.
 *
 * @throws {TmuxNotFoundError} there is no such program.
 */
export async function readTmuxVersion(
  tmuxPath: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<TmuxVersion> {
  signal.throwIfAborted();
  try {
    const { stdout } = await promisify(execFile)(tmuxPath, ['-V'], { env: environment, signal });
    return parseTmuxVersion(stdout);
  } catch (error) {
    signal.throwIfAborted();
    if (['ENOENT', 'EACCES'].includes(systemCode(error) ?? '')) {
      throw new TmuxNotFoundError(tmuxPath, error);
    }
    throw error;
  }
}

/** Read `tmux 3.3a`, `tmux next-3.6`, `tmux openbsd-7.4`, `tmux master` or a bare version. */
export function parseTmuxVersion(output: string): TmuxVersion {
  const text = output.trim().replace(/^tmux\s+/, '');
  if (text.startsWith('openbsd-') || /^master\b/.test(text)) {
    // Built from a source newer than any release we know.
    return { text, major: Infinity, minor: 0, patch: 0 };
  }
  const match = /^(?:next-)?(\d+)\.(\d+)([a-z])?/.exec(text);
  if (match === null) throw new TmuxTooOldError(text, ['a version number that can be read']);
  const [, major = '', minor = '', letter = ''] = match;
  const patch = letter === '' ? 0 : letter.charCodeAt(0) - 'a'.charCodeAt(0) + 1;
  return { text, major: Number(major), minor: Number(minor), patch };
}

/** Negative when `a` is older than `b`. */
export function compareTmuxVersions(a: TmuxVersion, b: TmuxVersion): number {
  if (a.major !== b.major) return a.major - b.major;
  return a.minor - b.minor || a.patch - b.patch;
}

/** Tell whether this version has a feature. */
export function supports(version: TmuxVersion, feature: TmuxFeature): boolean {
  return compareTmuxVersions(version, parseTmuxVersion(features[feature])) >= 0;
}

/** @throws {UnsupportedError} this version lacks the feature. */
export function requireFeature(version: TmuxVersion, feature: TmuxFeature): void {
  if (supports(version, feature)) return;
  throw new UnsupportedError(feature, version.text, features[feature]);
}

/** @throws {TmuxTooOldError} this version cannot be used at all; the message names what it lacks. */
export function requireUsable(version: TmuxVersion): void {
  const needed = Object.entries(features).filter(([, since]) => since === oldest);
  const lacking = needed.filter(
    ([, since]) => compareTmuxVersions(version, parseTmuxVersion(since)) < 0,
  );
  if (lacking.length > 0)
    throw new TmuxTooOldError(
      version.text,
      lacking.map(([name]) => name),
    );
}
