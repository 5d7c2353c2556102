import type { z } from 'zod';
import { CodedError } from '../base/index.ts';

/** Where a value of a request stood. */
export type Part = 'path' | 'query' | 'body' | 'header';

export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Most issues that one problem tells of. */
const MOST_ISSUES = 20;

/** A part of the request has not the shape that its route wants. */
export class InvalidRequestError extends CodedError {
  readonly issues: readonly Issue[];

  constructor(part: Part, issues: readonly Issue[]) {
    const [first] = issues;
    const where = first === undefined || first.path === '' ? '' : ` (${first.path})`;
    super('request.invalid', `The ${part}${where} cannot be taken: ${first?.message ?? 'wrong'}.`, {
      facts: { part },
      todo: 'See /api/docs for what this route takes',
    });
    this.issues = issues.slice(0, MOST_ISSUES);
  }

  static of(part: Part, { issues }: z.ZodError): InvalidRequestError {
    const told = issues.map(({ path, message }) => ({
      path: [part, ...path.map(String)].join('.'),
      message: message.slice(0, 300),
    }));
    return new InvalidRequestError(part, told);
  }
}

export class NotJsonError extends CodedError {
  constructor(options: { readonly cause?: unknown } = {}) {
    super('request.not-json', 'The body is not JSON in UTF-8.', {
      todo: 'Send one JSON object',
      ...options,
    });
  }
}

export class RequestTooLargeError extends CodedError {
  constructor(limit: number) {
    super('request.too-large', `The body is larger than ${limit} bytes.`, {
      facts: { limit },
      todo: 'Send less at once',
    });
  }
}

export class HeadersTooLargeError extends CodedError {
  constructor() {
    super('request.headers-too-large', 'The headers are larger than 16 KiB.', {
      todo: 'Send less: a shorter path, fewer cookies',
    });
  }
}

export class WrongTypeError extends CodedError {
  constructor() {
    super('request.wrong-type', 'The body has a Content-Type that this route does not take.', {
      todo: 'Send it as application/json',
    });
  }
}

export class NoRouteError extends CodedError {
  constructor(method: string, path: string) {
    super('request.no-route', `There is nothing at ${method} ${path.slice(0, 200)}.`, {
      todo: 'See /api/docs for the routes',
    });
  }
}

export class WrongMethodError extends CodedError {
  readonly allowed: readonly string[];

  constructor(method: string, allowed: readonly string[]) {
    super('request.wrong-method', `This path takes no ${method}.`, {
      facts: { allowed },
      todo: `Use ${allowed.join(' or ')}`,
    });
    this.allowed = allowed;
  }
}

/** The request is for another server, as far as its Host says: it may be a rebound name. */
export class WrongHostError extends CodedError {
  constructor(host: string | undefined) {
    super(
      'request.wrong-host',
      `This server is not known as ${host?.slice(0, 200) ?? 'nothing'}.`,
      {
        todo: 'Use the address that it printed, or name this one with --origin or server_origins',
      },
    );
  }
}

/** A page of somewhere else asks for a change in the name of who is logged in. */
export class WrongOriginError extends CodedError {
  constructor(origin: string | undefined) {
    super(
      'request.wrong-origin',
      origin === undefined
        ? 'A change by cookie has to say where it comes from.'
        : `Pages of ${origin.slice(0, 200)} may not do that here.`,
      { todo: 'Use the dashboard at its own address, or an API token instead of the cookie' },
    );
  }
}

export class TooManyRequestsError extends CodedError {
  constructor(retryAfterMs: number) {
    super('request.too-many', 'Too many requests in a short time.', {
      facts: { retryAfterMs },
      todo: `Try again in ${Math.ceil(retryAfterMs / 1_000)} seconds`,
    });
  }
}

export class ServerStoppingError extends CodedError {
  constructor() {
    super('server.stopping', 'The server is stopping.', { todo: 'Try again in a moment' });
  }
}
