import { STATUS_CODES } from 'node:http';
import { CodedError } from '../base/index.ts';
import type { ProblemView } from '../contract/index.ts';
import { statusOf } from './http-status.ts';
import {
  InvalidRequestError,
  RequestTooLargeError,
  WrongMethodError,
  WrongTypeError,
} from './request-errors.ts';

export interface Problem {
  readonly view: ProblemView;
  readonly headers: Readonly<Record<string, string>>;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/**
 * Tell of an error as RFC 9457 has it. What is a fault of ours is hidden behind the request's id:
 * its message may hold what is nobody's business.
 */
export function toProblem(error: unknown, requestId: string): Problem {
  const coded = codedOf(error);
  const status = coded === undefined ? 500 : (statusOf(coded.code) ?? 500);
  const isHidden = coded === undefined || status === 500;
  const view: ProblemView = {
    type: `urn:tmux-builder:${isHidden ? 'internal.fault' : coded.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: isHidden ? `A fault in tmux-builder; its log tells of ${requestId}.` : coded.message,
    code: isHidden ? 'internal.fault' : coded.code,
    todo: isHidden ? 'Try again; look into the log when it stays' : (coded.todo ?? null),
    request_id: requestId,
    ...(coded instanceof InvalidRequestError && { issues: [...coded.issues] }),
  };
  return { view, headers: headersOf(coded, status) };
}

/** The coded error behind what was thrown; undefined for a bug. */
export function codedOf(error: unknown): CodedError | undefined {
  if (error instanceof CodedError) return error;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new WrongTypeError();
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      // The server knows the limit of the route, and says it.
      return new RequestTooLargeError(0);
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new InvalidRequestError('path', [{ path: '', message: error.message }]);
    default:
      return undefined;
  }
}

function headersOf(error: CodedError | undefined, status: number): Problem['headers'] {
  if (error instanceof WrongMethodError) return { allow: error.allowed.join(', ') };
  // Whatever tells when to come back says it in this fact.
  const ms = error?.facts['retryAfterMs'];
  if (typeof ms === 'number') return retryAfter(ms);
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  return {};
}

function retryAfter(ms: number): Problem['headers'] {
  return { 'retry-after': String(Math.max(1, Math.ceil(ms / 1_000))) };
}
