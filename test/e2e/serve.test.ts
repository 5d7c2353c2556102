import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { jobOutputView, jobView } from '../../src/contract/index.ts';
import { Program } from './cli-program.ts';
import { openServer } from './serve-program.ts';

const PASSWORD = 'nine lives of a cat';

test('serves from the first start to a job that succeeded, and stops in order', async () => {
  await using program = await Program.open();
  await using server = await openServer(program);
  const { url, first_admin_url: link } = server.started;
  expect(link).toMatch(new RegExp(`^${url}/invitation#.+`));

  const code = link?.split('#')[1];
  const accepted = await fetch(`${url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ code, name: 'root', password: PASSWORD }),
  });
  expect(accepted.status).toBe(200);
  const [cookie = ''] = accepted.headers.get('set-cookie')?.split(';') ?? [];
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
    await fetch(`${url}${path}`, {
      ...init,
      headers: { cookie, origin: url, 'content-type': 'application/json' },
    });

  const body = JSON.stringify({ prompt: 'Say hello', agent: 'demo' });
  const added = await ask('/api/jobs', { method: 'POST', body });
  expect(added.status).toBe(201);
  const job = jobView.parse(await added.json());
  const statusOf = async (): Promise<string> =>
    jobView.parse(await (await ask(`/api/jobs/${job.job_id}`)).json()).status;
  await expect.poll(statusOf, { timeout: 60_000, interval: 200 }).toBe('succeeded');
  const output = await (await ask(`/api/jobs/${job.job_id}/output`)).json();
  expect(jobOutputView.parse(output).output).toContain('Hello!');

  server.kill('SIGTERM');
  expect(await server.ended).toBe(0);

  await using again = await openServer(program);
  expect(again.started.first_admin_url).toBeNull();
});

test('refuses to be reached by others before anybody guards it', async () => {
  await using program = await Program.open();
  const run = async (...args: string[]) => {
    const { code, stdout } = await program.run(['serve', '--json', '--port', '0', ...args]);
    const { error } = z.object({ error: z.object({ code: z.string() }) }).parse(JSON.parse(stdout));
    return { code, error: error.code };
  };

  expect(await run('--host', '0.0.0.0')).toEqual({
    code: 2,
    error: 'server.exposed-without-password',
  });
  await using server = await openServer(program, ['--no-worker']);
  expect(server.started.concurrency).toBe(0);
  const taken = await run('--port', String(server.started.port), '--no-worker');
  expect(taken).toEqual({ code: 5, error: 'server.port-taken' });
});

test('the examples of docs/api.md work', async () => {
  const page = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
  const examples = Array.from(page.matchAll(/^```sh\n([^]*?)^```$/gm), ([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(5);
  await using program = await Program.open();
  await using server = await openServer(program);
  const { url, first_admin_url: link } = server.started;
  const accepted = await fetch(`${url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: link?.split('#')[1], name: 'root', password: PASSWORD }),
  });
  expect(accepted.status).toBe(200);
  const made = ['token', 'create', 'docs', '--user', 'root', '--role', 'admin'];
  const { token } = await program.json(z.looseObject({ token: z.string() }), made);

  // One shell, because an example goes on with what the one before it found.
  const script = ['set -eu', ...examples].join('\n');
  const { stdout } = await promisify(execFile)('sh', ['-c', script], {
    env: { PATH: process.env['PATH'] ?? '', URL: url, TOKEN: token },
    cwd: program.dir,
    timeout: 120_000,
  });
  expect(stdout).toContain('"status":"succeeded"');
  expect(stdout).toContain('Hello!');
  expect(stdout).toContain('"code":"job.not-found"');
  expect(stdout).toContain('event: ready');
});
