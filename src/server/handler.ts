import type { z } from 'zod';
import type { RouteName, Routes } from '../contract/index.ts';
import type { Answer } from './answer.ts';
import type { Call, StreamReply } from './call.ts';

/** What a handler gets: the checked request, and what it may say about the reply beside its value. */
export interface ServerCall<N extends RouteName = RouteName> extends Call<Routes[N]> {
  readonly answer: Answer;
  /** The body of an upload, as it comes in; empty on every other route. */
  readonly upload: AsyncIterable<Uint8Array>;
}

/** Routes that answer with a stream; a test holds this to the contract. */
export const streamNames = [
  'readFile',
  'readSiteFile',
  'readRecording',
  'agentLogs',
  'events',
  'metrics',
] as const satisfies readonly RouteName[];
type StreamName = (typeof streamNames)[number];

type ValueOf<N extends RouteName> =
  z.output<Routes[N]['reply']> extends Record<string, never> ? void : z.input<Routes[N]['reply']>;

export type Reply<N extends RouteName> = N extends StreamName ? StreamReply : ValueOf<N>;

/** Written as methods, so that a table of all can be walked without knowing each one's shapes. */
interface Handling<N extends RouteName> {
  handle(call: ServerCall<N>): Promise<Reply<N>>;
}

/** Does the work of one route: calls one use case and gives its view. */
export type Handler<N extends RouteName> = Handling<N>['handle'];

export type Handlers<Names extends RouteName = RouteName> = {
  readonly [N in Names]: Handler<N>;
};
