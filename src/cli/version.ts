import { readFileSync } from 'node:fs';

/** The version of this program, from its package. */
export function ownVersion(): string {
  // The same step upwards from src/cli and from dist/cli.
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  const isNamed = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isNamed ? String(manifest.version) : 'unknown';
}
