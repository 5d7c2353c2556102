import { LoginRequiredError } from '../app/index.ts';
import type { Clock, Ids, Log } from '../base/index.ts';
import type { systemRoutes } from '../contract/index.ts';
import type { Call, StreamReply } from './call.ts';
import { EventHub } from './event-hub.ts';
import { InvalidRequestError } from './request-errors.ts';

interface EventTools {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** One hub for each App, for as long as it is used. */
const hubs = new WeakMap<Call['app'], EventHub>();

/**
 * Answer `GET /api/events`: everything that happens and that the caller may see, as it happens.
 *
 * Begins after `Last-Event-ID`, or `after`; without either it begins now. Ends when the login
 * does, and when the server ends.
 *
 * @throws {CodedError} `request.invalid` (Last-Event-ID is no position), `events.too-many-clients`
 */
export function eventStream(
  call: Call<typeof systemRoutes.events>,
  tools: EventTools,
): StreamReply {
  const { app, principal, query, headers, signal } = call;
  if (principal === undefined) throw new LoginRequiredError();
  const after = readLastEventId(headers['last-event-id']) ?? query.after;
  return {
    contentType: 'text/event-stream; charset=utf-8',
    // Proxies that collect replies would keep events back.
    headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    chunks: hubOf(app, tools).open(principal, { after }, signal),
  };
}

/** Clients that hear events now. */
export function countEventClients(app: Call['app']): number {
  return hubs.get(app)?.size ?? 0;
}

function hubOf(app: Call['app'], { clock, ids, log }: EventTools): EventHub {
  const known = hubs.get(app);
  if (known !== undefined) return known;
  const hub = new EventHub({ app, clock, ids, log });
  hubs.set(app, hub);
  return hub;
}

/** @throws {InvalidRequestError} */
export function readLastEventId(
  header: string | readonly string[] | undefined,
): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  const message = 'Last-Event-ID is not a position of this stream';
  throw new InvalidRequestError('header', [{ path: 'last-event-id', message }]);
}
