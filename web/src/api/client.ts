import type { z } from 'zod';
import { problemView, type RouteName, type Routes, routes } from '../../../src/contract/index.ts';

/** What a route takes; parts that are empty may be left out. */
export interface CallInput<N extends RouteName> {
  readonly params?: z.input<Routes[N]['params']>;
  readonly query?: z.input<Routes[N]['query']>;
  readonly body?: z.input<Routes[N]['body']> | Blob;
  /** Asked again with the same key, the server does it once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal | undefined;
}

/** A refusal of the server, or `offline.*` when it was not reached. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly todo: string | null;
  readonly issues: readonly { readonly path: string; readonly message: string }[];

  constructor(problem: Pick<ApiError, 'code' | 'status' | 'message' | 'todo'> & Partial<ApiError>) {
    super(problem.message);
    this.code = problem.code;
    this.status = problem.status;
    this.todo = problem.todo;
    this.issues = problem.issues ?? [];
  }
}

/** Path and query of a route, for links and downloads as well. */
export function hrefOf<N extends RouteName>(
  name: N,
  { params, query }: Pick<CallInput<N>, 'params' | 'query'> = {},
): string {
  const values: Readonly<Record<string, unknown>> = { ...(params as object | undefined) };
  const path = routes[name].path.replaceAll(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(textOf(values[key])),
  );
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, textOf(one));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/**
 * Call a route of the API and give its reply in the shape of the contract.
 *
 * @throws {ApiError} with the server's code, or `offline.unreachable`.
 */
export async function call<N extends RouteName>(
  name: N,
  input: CallInput<N> = {},
): Promise<z.output<Routes[N]['reply']>> {
  const route = routes[name];
  const response = await send(route.method, hrefOf(name, input), input);
  if (!response.ok) throw problemOf(response.status, await response.text());
  if (route.kind === 'none') return route.reply.parse({}) as z.output<Routes[N]['reply']>;
  return route.reply.parse(await response.json()) as z.output<Routes[N]['reply']>;
}

/**
 * Read a file of the API as text.
 *
 * @throws {ApiError} as `call` does.
 */
export async function readText<N extends RouteName>(
  name: N,
  input: Pick<CallInput<N>, 'params' | 'query' | 'signal'>,
): Promise<string> {
  const response = await send(routes[name].method, hrefOf(name, input), input);
  const text = await response.text();
  if (!response.ok) throw problemOf(response.status, text);
  return text;
}

interface Sent {
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal | undefined;
}

async function send(method: string, href: string, input: Sent): Promise<Response> {
  const { body, idempotencyKey, signal } = input;
  const headers: Record<string, string> = { accept: 'application/json' };
  const isJson = body !== undefined && !(body instanceof Blob);
  if (isJson) headers['content-type'] = 'application/json';
  if (body instanceof Blob) headers['content-type'] = 'application/octet-stream';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  const content = isJson ? JSON.stringify(body) : body instanceof Blob ? body : null;
  try {
    return await fetch(href, { method, headers, body: content, signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw unreachable();
  }
}

export function unreachable(): ApiError {
  return new ApiError({
    code: 'offline.unreachable',
    status: 0,
    message: 'The server cannot be reached.',
    todo: 'Wait until it is back. Look then whether what you did was done',
  });
}

/** What the server says of a refusal in the body of its answer. */
export function problemOf(status: number, body: string): ApiError {
  const problem = problemView.safeParse(jsonOf(body));
  if (!problem.success) {
    return new ApiError({
      code: 'offline.no-answer',
      status,
      message: `The server answered ${status} without a reason.`,
      todo: null,
    });
  }
  const { code, detail, todo, issues } = problem.data;
  return new ApiError({ code, status, message: detail, todo, issues: issues ?? [] });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
