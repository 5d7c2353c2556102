import { WrongHostError, WrongOriginError } from './request-errors.ts';

interface Headers {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

export interface HostInput {
  readonly port: number;
  readonly isSecure: boolean;
  /** The address that it listens on, where that is a certain one. */
  readonly host: string;
  /** `https://agents.example.org`, as configured. */
  readonly origins: readonly string[];
}

/**
 * The names under which this server is used. A name that somebody else's DNS points at a loopback
 * address is not among them, so that their pages cannot speak to us with a borrowed name.
 */
export class Hosts {
  /** `scheme://host:port`, as browsers write it. */
  readonly #origins: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;

  constructor({ port, isSecure, host, origins }: HostInput) {
    const scheme = isSecure ? 'https' : 'http';
    const names = ['localhost', '127.0.0.1', '[::1]', ...(isWildcard(host) ? [] : [inUrl(host)])];
    const own = names.map((name) => new URL(`${scheme}://${name}:${port}`).origin);
    this.#origins = new Set([...own, ...origins.map((one) => new URL(one).origin)]);
    this.#hosts = new Set(Array.from(this.#origins, (one) => new URL(one).host));
  }

  /** @throws {WrongHostError} */
  checkHost({ host }: Headers): void {
    if (host === undefined || !this.#hosts.has(withoutDefaultPort(host, this.#hosts))) {
      throw new WrongHostError(host);
    }
  }

  /**
   * Whether a page of this origin is ours: the one at the very name that it asks for. For sockets,
   * where a browser always sends its origin.
   */
  isAllowedOrigin({ host, origin }: Headers): boolean {
    if (host === undefined || origin === undefined || !URL.canParse(origin)) return false;
    const { host: from } = new URL(origin);
    return this.#origins.has(origin) && from === withoutDefaultPort(host, this.#hosts);
  }

  /**
   * Hold a request that changes something to pages of ours. Programs send no Origin; with a
   * cookie something has to say where it comes from.
   *
   * @throws {WrongOriginError}
   */
  checkOrigin(headers: Headers, hasCookie: boolean): void {
    if (headers.origin !== undefined) {
      if (!this.isAllowedOrigin(headers)) throw new WrongOriginError(headers.origin);
    } else if (hasCookie && headers['sec-fetch-site'] !== 'same-origin') {
      throw new WrongOriginError(undefined);
    }
  }
}

/** `0.0.0.0` and `::` are no names to be called by. */
function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '';
}

/** An address as URLs have it: IPv6 in brackets. */
export function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** Browsers leave the port of their scheme out, other programs may write it. */
function withoutDefaultPort(host: string, known: ReadonlySet<string>): string {
  const small = host.toLowerCase();
  return known.has(small) ? small : small.replace(/:(?:80|443)$/, '');
}

/** Whether only programs of this machine reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
