import { z } from 'zod';

export interface AzureToken {
  readonly token: string;
  /** Wall time in ms. */
  readonly expiresOnTimestamp: number;
}

/** What gives tokens of Microsoft Entra: the part of `TokenCredential` that we use. */
export interface AzureCredential {
  getToken(scopes: string | string[]): Promise<AzureToken | null>;
}

const claims = z.object({ oid: z.string().regex(/^[0-9a-f-]{36}$/) });

/**
 * Object id of whom a token is for, to give them the role that uploads need.
 *
 * A token is meant for its service alone, and its form may change without notice (Microsoft's
 * "Access tokens in the Microsoft identity platform"): then this finds nothing, and the role has to
 * be given by hand.
 */
export function findPrincipal(token: string): string | undefined {
  const [, payload = ''] = token.split('.');
  try {
    return claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).oid;
  } catch {
    return undefined;
  }
}
