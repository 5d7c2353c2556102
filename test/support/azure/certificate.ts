import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';

export interface Certificate {
  /** Files, for programs that want them. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * Make a certificate for 127.0.0.1 in a directory, and make this process trust it, as
 * NODE_EXTRA_CA_CERTS would: Azure's SDKs refuse plain HTTP.
 */
export async function makeCertificate(directory: string): Promise<Certificate> {
  const certFile = join(directory, 'tls.crt');
  const keyFile = join(directory, 'tls.key');
  const options =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1';
  const files = ['-keyout', keyFile, '-out', certFile, '-addext', 'subjectAltName=IP:127.0.0.1'];
  await promisify(execFile)('openssl', [...options.split(' '), ...files]);
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  setDefaultCACertificates([...getCACertificates('default'), cert]);
  return { certFile, keyFile, cert, key };
}
