import type { systemRoutes } from '../contract/index.ts';
import type { ServerContext } from './context.ts';
import { eventStream } from './events-stream.ts';
import type { Handlers } from './handler.ts';
import { toPage } from './to-page.ts';
import { whoAsks } from './who-asks.ts';

/** What tells of the server itself. */
export function makeSystemHandlers(ctx: ServerContext): Handlers<keyof typeof systemRoutes> {
  const { metrics, version, draining } = ctx;
  return {
    async events(call) {
      return eventStream(call, ctx);
    },

    async listEvents({ app, principal, query, signal }) {
      const visibility = app.accounts.visibilityOf(whoAsks(principal));
      return toPage(await app.listFeed(query, visibility, signal), (event) => event);
    },

    async about({ app, signal }) {
      return { version, needs_first_admin: await app.accounts.needsFirstAdmin(signal) };
    },

    async healthz() {
      return { status: 'ok' };
    },

    async readyz({ app, answer, signal }) {
      const { checks } = await app.checkReadiness(signal);
      const stopping = { name: 'server', is_ok: !draining.aborted, detail: 'takes requests' };
      const all = [...checks, draining.aborted ? { ...stopping, detail: 'is stopping' } : stopping];
      const isReady = all.every((one) => one.is_ok);
      if (!isReady) answer.status = 503;
      return { is_ready: isReady, checks: all };
    },

    async metrics() {
      return { contentType: metrics.contentType, chunks: once(await metrics.text()) };
    },
  };
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
