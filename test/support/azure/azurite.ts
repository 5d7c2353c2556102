import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Certificate } from './certificate.ts';

export interface Azurite extends AsyncDisposable {
  /** Without the account: `https://127.0.0.1:1234`. */
  readonly url: string;
}

/** The same for all accounts: it signs what the fake itself asks for. */
export const accountKey = Buffer.from('a key of the fake, for no account anywhere').toString(
  'base64',
);

// The SDK speaks a newer version than Azurite 3.35.0 knows, the last one that installs.
const options =
  '--blobHost 127.0.0.1 --blobPort 0 --silent --inMemoryPersistence --disableTelemetry ' +
  '--disableProductStyleUrl --skipApiVersionCheck --oauth basic';

/** Start Microsoft's emulator of the blob service, in memory, for these accounts. */
export async function openAzurite(
  accounts: readonly string[],
  { certFile, keyFile }: Certificate,
  directory: string,
): Promise<Azurite> {
  const main = fileURLToPath(import.meta.resolve('azurite/dist/src/blob/main.js'));
  const child = spawn(
    process.execPath,
    [main, ...options.split(' '), '--cert', certFile, '--key', keyFile],
    {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        TMPDIR: process.env['TMPDIR'],
        AZURITE_ACCOUNTS: accounts.map((name) => `${name}:${accountKey}`).join(';'),
      },
    },
  );
  const url = await untilListening(child);
  return {
    url,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function untilListening(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('Azurite has no output');
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    const found = /listens on https:\/\/127\.0\.0\.1:(?<port>\d+)/.exec(line)?.groups?.['port'];
    if (found !== undefined) {
      child.stdout.resume();
      return `https://127.0.0.1:${found}`;
    }
  }
  throw new Error(`Azurite ended: ${lines.join('\n')}`);
}
