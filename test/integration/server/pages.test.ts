import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readyView, routes } from '../../../src/contract/index.ts';
import { keptLog, type Person, TestServer } from './test-server.ts';

const { log, lines } = keptLog();
const dashboardDir = join(tmpdir(), `web-${randomUUID()}`);
let server: TestServer;
let admin: Person;

beforeAll(async () => {
  server = await TestServer.open({ dashboardDir, log });
  admin = await server.makeAdmin();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

test('says what to run when the dashboard was not built, and shows it once it is', async () => {
  const before = await server.ask('GET', '/');
  expect(before.status).toBe(503);
  expect(before.text).toContain('script/build-web');

  await mkdir(join(dashboardDir, 'assets'), { recursive: true });
  await writeFile(join(dashboardDir, 'index.html'), '<title>dashboard</title>');
  await writeFile(join(dashboardDir, 'assets', 'app-12345678.js'), 'go()');

  for (const path of ['/', '/jobs', '/sessions/ses_1?tab=chat']) {
    const page = await server.ask('GET', path);
    expect(page).toMatchObject({ status: 200, text: '<title>dashboard</title>' });
    expect(page.headers['cache-control']).toBe('no-store');
  }
  const script = await server.ask('GET', '/assets/app-12345678.js');
  expect(script.headers['cache-control']).toContain('immutable');
  expect((await server.ask('GET', '/assets/none.js')).status).toBe(404);
  expect((await server.ask('HEAD', '/')).status).toBe(200);
});

test('every reply has headers that keep browsers from what we do not want', async () => {
  for (const path of ['/', '/api/docs', '/api/me', '/healthz', '/api/nothing']) {
    const { headers } = await server.ask('GET', path);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  }
});

test('describes itself to programs and to people', async () => {
  const document = await server.ask('GET', '/api/openapi.json');
  expect(document.json).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });

  const docs = await server.ask('GET', '/api/docs');
  expect(docs.headers['content-type']).toBe('text/html; charset=utf-8');
  for (const name of Object.keys(routes)) expect(docs.text).toContain(`id="${name}"`);
});

test('is healthy, and ready when its checks are', async () => {
  expect(await server.ask('GET', '/healthz')).toMatchObject({
    status: 200,
    json: { status: 'ok' },
  });
  const ready = await server.ask('GET', '/readyz');
  const { is_ready: isReady, checks } = readyView.parse(ready.json);

  // No worker runs here, and that is told.
  expect(ready.status).toBe(isReady ? 200 : 503);
  expect(isReady).toBe(checks.every(({ is_ok: isOk }) => isOk));
  expect(checks.length).toBeGreaterThan(2);
});

test('tells Prometheus of jobs, agents and requests, and admins alone', async () => {
  const { id } = await server.app.createSession();
  await server.app.addJob({ session: id, agent: 'demo', prompt: 'hello' });
  const { status, headers, text } = await server.ask('GET', '/metrics', { cookie: admin.cookie });

  expect(status).toBe(200);
  expect(headers['content-type']).toContain('text/plain; version=0.0.4');
  expect(text).toContain('tmux_builder_jobs{status="queued"} 1');
  expect(text).toMatch(/tmux_builder_queue_age_seconds \d/);
  expect(text).toContain('tmux_builder_event_clients 0');
  expect(text).toContain('tmux_builder_terminal_viewers 0');
  expect(text).toMatch(/tmux_builder_audit_entries_total [1-9]/);
  expect(text).toContain('tmux_builder_http_request_seconds_count{route="healthz",status="200"}');
  expect(text).toContain('process_resident_memory_bytes');
  expect((await server.ask('GET', '/metrics')).status).toBe(401);
});

test('a stream of events is no slow request', async () => {
  const kept = keptLog();
  await using own = await TestServer.open({ log: kept.log });
  const { cookie } = await own.makeAdmin();
  const stop = new AbortController();
  await own.open('GET', '/api/events', { cookie, signal: stop.signal });
  await own.ask('GET', '/api/events');
  stop.abort();
  await expect
    .poll(() => kept.lines.filter(({ route }) => route === 'events').map(({ status }) => status))
    .toEqual([401, 200]);

  const { text } = await own.ask('GET', '/metrics', { cookie });

  expect(text).toContain('tmux_builder_http_request_seconds_count{route="events",status="401"} 1');
  expect(text).not.toContain('route="events",status="200"');
});

test('names of routes that nobody knows do not become series', async () => {
  await server.ask('GET', `/api/${randomUUID()}`);
  const { text } = await server.ask('GET', '/metrics', { cookie: admin.cookie });

  expect(text).not.toMatch(/route="[^"]*-[^"]*"/);
});

test('files come and go byte for byte, and are never shown as pages of ours', async () => {
  const { id } = await server.app.createSession();
  const raw = Buffer.from([0, 255, 10, 60, 115, 99]);
  const { cookie } = admin;
  const path = `/api/sessions/${id}/uploads/${encodeURIComponent('ä b.html')}`;
  const put = await server.ask('PUT', path, {
    cookie,
    raw,
    headers: { 'content-type': 'text/html' },
  });
  expect(put).toMatchObject({ status: 201, json: { path: 'uploads/ä b.html', bytes: 6 } });

  const query = `path=${encodeURIComponent('uploads/ä b.html')}`;
  const got = await server.open('GET', `/api/sessions/${id}/file?${query}`, { cookie });
  const chunks: Buffer[] = [];
  for await (const chunk of got) chunks.push(chunk);
  expect(Buffer.concat(chunks)).toEqual(raw);
  expect(got.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': "attachment; filename*=UTF-8''%C3%A4%20b.html",
    'content-security-policy': "default-src 'none'; sandbox",
  });
  expect((await server.ask('DELETE', path, { cookie })).status).toBe(204);
});

test('logs reads for debugging, and changes for everybody, without the query', async () => {
  const { cookie } = admin;
  await server.ask('GET', '/api/jobs?text=private', { cookie });
  await server.ask('POST', '/api/sessions', { cookie, body: {} });
  const find = (facts: object) =>
    lines.find((line) => Object.entries(facts).every(([key, value]) => line[key] === value));

  await expect
    .poll(() => find({ route: 'listJobs' }))
    .toMatchObject({
      level: 'debug',
      path: '/api/jobs',
      status: 200,
      userId: admin.userId,
    });
  await expect
    .poll(() => find({ route: 'createSession' }))
    .toMatchObject({ level: 'info', method: 'POST', status: 201 });
  expect(JSON.stringify(lines)).not.toContain('private');
  expect(JSON.stringify(lines)).not.toContain(cookie);
});
