import { CodedError } from '../base/index.ts';
import { isLoopback } from './hosts.ts';

export interface Bind {
  readonly host: string;
  /** Somebody can log in as admin: a password was set. */
  readonly hasAdmin: boolean;
  readonly hasTls: boolean;
  readonly isBehindProxy: boolean;
}

/**
 * Hold back a server that others could reach before anybody guards it, or that would carry
 * passwords in the clear.
 *
 * @throws {CodedError} `server.exposed-without-password`, `server.exposed-without-tls`
 */
export function checkBind({ host, hasAdmin, hasTls, isBehindProxy }: Bind): void {
  if (isLoopback(host)) return;
  if (!hasAdmin) {
    throw new CodedError(
      'server.exposed-without-password',
      `${host} can be reached from other machines, and no admin has a password yet.`,
      {
        facts: { host },
        todo: 'Start once without --host, open the link that is printed and set a password',
      },
    );
  }
  if (hasTls || isBehindProxy) return;
  throw new CodedError(
    'server.exposed-without-tls',
    `${host} can be reached from other machines, and passwords would cross the network in the clear.`,
    {
      facts: { host },
      todo: 'Give --tls-cert and --tls-key, or put a proxy that speaks TLS in front and say --behind-proxy',
    },
  );
}
