import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar';
import { parse } from 'yaml';
import { findFreePort } from '../free-port.ts';
import type { Machine, State } from './state.ts';
import { Refusal } from './wire.ts';

/** Start what the user data say, as a process of this machine: fetch, check, unpack, run, report. */
export function startMachine(userData: string, state: State): Machine {
  if (Buffer.byteLength(userData) > 16_384)
    throw new Refusal('InvalidParameterValue', 'User data is limited to 16384 bytes');
  const id = `i-${state.next().toString(16).padStart(17, '0')}`;
  const machine: Machine = {
    id,
    dns: `ec2-${id}.compute.invalid`,
    userData,
    port: undefined,
    process: undefined,
    stop: new AbortController(),
    done: Promise.resolve(),
  };
  state.machines.set(id, machine);
  machine.done = run(machine).catch(() => {});
  return machine;
}

export async function stopMachine(machine: Machine, state: State): Promise<void> {
  state.machines.delete(machine.id);
  machine.stop.abort();
  machine.process?.kill('SIGKILL');
  await machine.done;
}

async function run(machine: Machine): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tmux-builder-machine-'));
  const { file } = read(machine.userData);
  const report = async (Status: string, Reason: string): Promise<void> => {
    const url = /url = "(?<url>[^"]+)"/.exec(file('/etc/site/report.curl'))?.groups?.['url'];
    const body = JSON.stringify({ Status, Reason, UniqueId: 'site', Data: 'site' });
    if (url !== undefined) await fetch(url, { method: 'PUT', body, signal: machine.stop.signal });
  };
  try {
    const problem = await serve(machine, dir, file);
    await report(problem === undefined ? 'SUCCESS' : 'FAILURE', problem ?? 'The program answers');
    if (problem === undefined && machine.process?.exitCode === null)
      await once(machine.process, 'exit');
  } finally {
    machine.process?.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  }
}

/** Undefined once the program answers, else why it never will. */
async function serve(
  machine: Machine,
  dir: string,
  file: (path: string) => string,
): Promise<string | undefined> {
  const script = file('/etc/site/start');
  const url = /url = "(?<url>[^"]+)"/.exec(file('/etc/site/archive.curl'))?.groups?.['url'] ?? '';
  const fetched = await fetch(url, { signal: machine.stop.signal });
  if (!fetched.ok) return `The release could not be fetched (${fetched.status})`;
  const archive = Buffer.from(await fetched.arrayBuffer());
  const wanted = /echo '(?<digest>[0-9a-f]{64}) {2}'/.exec(script)?.groups?.['digest'];
  if (createHash('sha256').update(archive).digest('hex') !== wanted)
    return 'The release that was fetched is not the one that was sent';
  await writeFile(join(dir, 'site.tar.gz'), archive);
  await extract({ cwd: dir, file: join(dir, 'site.tar.gz') });
  const words =
    /^ExecStart=\/usr\/bin\/env -- (?<words>.+)$/m.exec(file('/etc/systemd/system/site.service'))
      ?.groups?.['words'] ?? '';
  const [program = '', ...parts] = [...words.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([word]) =>
    String(JSON.parse(word)),
  );
  const port = await findFreePort();
  const env = {
    PATH: process.env['PATH'],
    PORT: String(port),
    HOST: '127.0.0.1',
    NODE_ENV: 'production',
  };
  const child = spawn(program, parts, { cwd: dir, env, stdio: 'ignore' });
  machine.process = child;
  machine.port = port;
  const health = /http:\/\/127\.0\.0\.1:\d+(?<path>\/[^']*)'/.exec(script)?.groups?.['path'] ?? '/';
  let refusals = 0;
  while (child.exitCode === null && child.signalCode === null && refusals < 10) {
    machine.stop.signal.throwIfAborted();
    const status = await fetch(`http://127.0.0.1:${port}${health}`, { redirect: 'manual' }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status >= 200 && status < 400) return undefined;
    if (status > 0) refusals += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return 'The program did not answer within 180 s';
}

function read(userData: string): { readonly file: (path: string) => string } {
  if (!userData.startsWith('#cloud-config\n')) throw new Error('no cloud-config');
  const config = parse(userData) as {
    readonly write_files: readonly { readonly path: string; readonly content: string }[];
  };
  return { file: (path) => config.write_files.find((one) => one.path === path)?.content ?? '' };
}
