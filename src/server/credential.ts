import type { Credential } from '../app/index.ts';

export const COOKIE = 'tbl';

interface Headers {
  readonly cookie?: string | undefined;
  readonly authorization?: string | undefined;
}

/** Read who asks from the headers; a token goes before the cookie. */
export function readCredential({ cookie, authorization }: Headers): Credential | undefined {
  if (authorization !== undefined) {
    const secret = /^Bearer (?<secret>[\w.~+/=-]{1,500})$/i.exec(authorization)?.groups?.['secret'];
    // Whoever sends what we cannot read meant to be somebody: the cookie must not stand in.
    return { kind: 'token', secret: secret ?? '' };
  }
  const secret = readCookie(cookie ?? '');
  return secret === undefined ? undefined : { kind: 'login', secret };
}

function readCookie(header: string): string | undefined {
  for (const pair of header.split(';')) {
    const [name = '', value = ''] = pair.trim().split('=', 2);
    if (name === COOKIE && /^[\w.~-]{1,500}$/.test(value)) return value;
  }
  return undefined;
}

interface CookieOptions {
  readonly isSecure: boolean;
  /** 0 removes it. */
  readonly maxAgeMs: number;
}

/** The value of Set-Cookie; scripts never see it, and other sites never send it. */
export function loginCookie(secret: string, { isSecure, maxAgeMs }: CookieOptions): string {
  const parts = [
    `${COOKIE}=${secret}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${Math.max(0, Math.floor(maxAgeMs / 1_000))}`,
    ...(isSecure ? ['Secure'] : []),
  ];
  return parts.join('; ');
}
