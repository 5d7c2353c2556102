import { z } from 'zod';

/** What a person, or a token, may do at most. Each role may do what those before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/**
 * Who may use a route: everybody, everybody who is logged in, or whoever has this role where it
 * counts. A job, an agent or a question belongs to its session: there the role that counts is the
 * smaller of the person's own and the one they hold in that session (its owner holds all of it,
 * an admin too). A session that somebody may not see does not exist for them: 404, not 403.
 */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'login' }
  | { readonly kind: 'role'; readonly role: Role }
  | {
      readonly kind: 'owned';
      readonly role: Role;
      readonly by: SubjectParam;
    }
  /** Answers with what the person may see, and nothing else. */
  | { readonly kind: 'visible'; readonly role: Role };

/** The path parameter that names what a request is about; each belongs to one session. */
export type SubjectParam = 'session_id' | 'job_id' | 'agent_id' | 'question_id' | 'execution_id';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** How a reply is sent, when it is not JSON of the schema `reply`. */
export type ReplyKind = 'json' | 'none' | 'stream' | 'file';

/**
 * One route of the HTTP API. The server registers from these, the dashboard calls by them, the
 * OpenAPI document and the test of all rights are made from them: so a route is described once.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** With `:name` for parameters. */
  readonly path: string;
  readonly tag: string;
  /** One line, imperative. */
  readonly summary: string;
  readonly access: Access;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly reply: Reply;
  readonly kind: ReplyKind;
  readonly status: 200 | 201 | 202 | 204;
  /** The action that is written to the audit log before it is done; undefined writes none. */
  readonly audit: string | undefined;
  /** Largest body in bytes. */
  readonly bodyLimit: number;
  /** How the body comes: JSON, or as it is (an uploaded file). */
  readonly bodyKind: 'json' | 'bytes';
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

interface RouteInput<P, Q, B, R> {
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly reply?: R;
  readonly kind?: ReplyKind;
  readonly status?: Route['status'];
  readonly audit?: string;
  readonly bodyLimit?: number;
  readonly bodyKind?: Route['bodyKind'];
}

const KIB = 1_024;

/** Describe a route: `route('GET', '/api/jobs/:job_id', {...})`. */
export function route<
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType = Nothing,
  R extends z.ZodType = Nothing,
>(method: Method, path: string, input: RouteInput<P, Q, B, R>): Route<P, Q, B, R>;
export function route(
  method: Method,
  path: string,
  input: RouteInput<z.ZodType, z.ZodType, z.ZodType, z.ZodType>,
): Route {
  const kind = input.kind ?? (input.reply === undefined ? 'none' : 'json');
  return {
    method,
    path,
    tag: input.tag,
    summary: input.summary,
    access: input.access,
    params: input.params ?? nothing,
    query: input.query ?? nothing,
    body: input.body ?? nothing,
    reply: input.reply ?? nothing,
    kind,
    status: input.status ?? (kind === 'none' ? 204 : 200),
    audit: input.audit,
    bodyLimit: input.bodyLimit ?? 64 * KIB,
    bodyKind: input.bodyKind ?? 'json',
  };
}

export const anybody: Access = { kind: 'public' };
export const loggedIn: Access = { kind: 'login' };
export const seen: Access = { kind: 'visible', role: 'viewer' };

export function withRole(role: Role): Access {
  return { kind: 'role', role };
}

export function inOwn(role: Role, by: SubjectParam): Access {
  return { kind: 'owned', role, by };
}

/** Ids as they stand in a path; what they name is looked up. */
export const idText = z.string().regex(/^[\w.-]{1,80}$/);
/** A user by id or by name, which may be an address of mail. */
export const userText = z.string().regex(/^[\w.@+-]{1,100}$/);

/** Query of every list; `cursor` is the `next` of the page before. */
export const pageQuery = z.strictObject({
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** Lists: `next` is the cursor of the next page, null on the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** A value that stands once or several times in a query string. */
export function several<T extends z.ZodType>(item: T) {
  return z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item).max(50).optional(),
  );
}

/** Errors, as RFC 9457 has them; `code` is one of docs/errors.md. */
export const problemView = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  todo: z.string().nullable(),
  /** Names this request in the log. */
  request_id: z.string(),
  /** For `request.invalid`: what is wrong where. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type ProblemView = z.infer<typeof problemView>;
