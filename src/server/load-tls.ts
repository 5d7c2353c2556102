import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { CodedError } from '../base/index.ts';
import type { Tls } from './http-server.ts';

/** Read a certificate and its key (PEM). @throws {CodedError} `server.bad-tls` */
export async function loadTls(certPath: string, keyPath: string): Promise<Tls> {
  try {
    const tls = { cert: await readFile(certPath), key: await readFile(keyPath) };
    createSecureContext(tls);
    return tls;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new CodedError('server.bad-tls', `The certificate cannot be used: ${problem}.`, {
      facts: { certPath, keyPath },
      cause: error,
      todo: 'Name a certificate with --tls-cert and its own key with --tls-key, both as PEM files',
    });
  }
}
