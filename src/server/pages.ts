import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerContext } from './context.ts';
import { findDashboardFile } from './dashboard-files.ts';
import { docsPage } from './docs-page.ts';
import { page } from './html.ts';
import { addressOf } from './gate.ts';
import { openApiDocument } from './openapi.ts';
import { NoRouteError } from './request-errors.ts';

export interface PagesInput {
  /** Directory of the built dashboard. */
  readonly dashboardDir: string;
}

/** Register what is read by people and tools without a login: documents, and the dashboard. */
export function registerPages(
  server: FastifyInstance,
  ctx: ServerContext,
  { dashboardDir }: PagesInput,
): void {
  const document = openApiDocument(ctx.version);
  const docs = docsPage(document);
  const admitPage = async (request: FastifyRequest): Promise<void> => {
    ctx.hosts.checkHost(request.headers);
    const address = addressOf(request, ctx.isBehindProxy);
    ctx.limits.take({ name: 'pages', isRead: true, address, credentialId: undefined });
  };
  server.get('/api/openapi.json', { onRequest: admitPage }, async (request, reply) => {
    request.routeName = 'openapi';
    return await reply.send(document);
  });
  server.get('/api/docs', { onRequest: admitPage }, async (request, reply) => {
    request.routeName = 'docs';
    return await reply.type('text/html; charset=utf-8').send(docs);
  });
  server.setNotFoundHandler({ preHandler: admitPage }, async (request, reply) => {
    request.routeName = 'dashboard';
    return await sendPage(request, reply, dashboardDir);
  });
}

async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  dashboardDir: string,
): Promise<unknown> {
  const { method, headers } = request;
  const path = request.url.split('?', 1)[0] ?? '/';
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead || /^\/(?:api|ws)(?:\/|$)/.test(path)) throw new NoRouteError(method, path);
  const accepted = headers['accept-encoding'] ?? '';
  const file = await findDashboardFile(dashboardDir, path, accepted);
  if (file !== undefined) return await reply.headers(file.headers).send(file.stream);
  if (path !== '/' && /\.\w+$/.test(path)) throw new NoRouteError(method, path);
  return await reply.code(503).type('text/html; charset=utf-8').send(notBuilt);
}

const notBuilt = page(
  'tmux-builder',
  `<h1>The dashboard was not built</h1>
<p>In a clone of tmux-builder run <code>script/build-web</code>, then load this page again.</p>
<p>The <a href="/api/docs">HTTP API</a> works without it.</p>`,
);
