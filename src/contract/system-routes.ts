import { z } from 'zod';
import { feedEventView } from './live-views.ts';
import { anybody, pageOf, pageQuery, route, seen, withRole } from './route.ts';

const tag = 'system';

export const readyView = z.object({
  is_ready: z.boolean(),
  checks: z.array(z.object({ name: z.string(), is_ok: z.boolean(), detail: z.string() })),
});

export const systemRoutes = {
  /** SSE; see `feedEventNames`. Goes on after `Last-Event-ID`, or `after`; at first from now. */
  events: route('GET', '/api/events', {
    tag,
    summary: 'Hear everything that happens, as it happens (SSE)',
    access: seen,
    query: z.strictObject({ after: z.coerce.number().int().min(0).optional() }),
    kind: 'stream',
  }),
  listEvents: route('GET', '/api/events/list', {
    tag,
    summary: 'List what happened, newest first',
    access: seen,
    query: pageQuery.extend({ kind: z.string().max(100).optional() }),
    reply: pageOf(feedEventView),
  }),
  about: route('GET', '/api/about', {
    tag,
    summary: 'Version, and whether a first admin is still to be made',
    access: anybody,
    reply: z.object({ version: z.string(), needs_first_admin: z.boolean() }),
  }),
  healthz: route('GET', '/healthz', {
    tag,
    summary: 'Whether the process answers',
    access: anybody,
    reply: z.object({ status: z.literal('ok') }),
  }),
  readyz: route('GET', '/readyz', {
    tag,
    summary: 'Whether it can do its work: database, disk, worker',
    access: anybody,
    reply: readyView,
  }),
  metrics: route('GET', '/metrics', {
    tag,
    summary: 'Metrics for Prometheus',
    access: withRole('admin'),
    kind: 'stream',
  }),
} as const;
