import type { z } from 'zod';
import type { App, Principal } from '../app/index.ts';
import type { Route } from '../contract/index.ts';

/** A checked request: its rights are settled, its parts have the shapes of its route. */
export interface Call<R extends Route = Route> {
  readonly app: App;
  /** Undefined only on public routes. */
  readonly principal: Principal | undefined;
  readonly params: z.output<R['params']>;
  readonly query: z.output<R['query']>;
  readonly body: z.output<R['body']>;
  /** Headers in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Address it came from. */
  readonly address: string;
  readonly requestId: string;
  /** Aborts when the client went away or the server ends. */
  readonly signal: AbortSignal;
}

/** What a route of kind `stream` or `file` answers with; a slow client slows `chunks` down. */
export interface StreamReply {
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<string | Uint8Array>;
}
