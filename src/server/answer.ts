import { loginCookie } from './credential.ts';

/** What a handler may say about its reply beside the value itself. */
export class Answer {
  /** In place of the status that the route names. */
  status: number | undefined;
  #cookie: string | undefined;
  readonly #isSecure: boolean;
  readonly #now: () => number;

  constructor(isSecure: boolean, now: () => number) {
    this.#isSecure = isSecure;
    this.#now = now;
  }

  /** Let the browser keep a login until then; wall time in ms. */
  rememberLogin(secret: string, expiresAt: number): void {
    const maxAgeMs = expiresAt - this.#now();
    this.#cookie = loginCookie(secret, { isSecure: this.#isSecure, maxAgeMs });
  }

  forgetLogin(): void {
    this.#cookie = loginCookie('', { isSecure: this.#isSecure, maxAgeMs: 0 });
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#cookie === undefined ? {} : { 'set-cookie': this.#cookie };
  }
}
