import { createHash } from 'node:crypto';
import { execFile, type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../src/base/index.ts';
import { packRelease } from '../../../src/deploy/machine/archive.ts';
import { userData } from '../../../src/deploy/machine/user-data.ts';
import { openReleases } from '../../../src/deploy/releases.ts';
import { program, signal } from '../../support/aws/bench.ts';

const run = promisify(execFile);

/**
 * A directory with Debian 13 that has systemd, cloud-init, nodejs and curl: docs/deploy-aws.md has
 * the command that makes one. It takes minutes and the network, so no test makes it.
 */
const root = process.env['TMUX_BUILDER_DEBIAN_ROOT'];

async function whyNot(): Promise<string | undefined> {
  if (root === undefined) return 'TMUX_BUILDER_DEBIAN_ROOT names no Debian 13 to boot';
  if (process.getuid?.() !== 0) return 'only root boots a container';
  for (const [program, argument] of [
    ['systemd-nspawn', '--version'],
    ['ip', '-V'],
    ['mount', '--version'],
  ] as const) {
    const isThere = await run(program, [argument]).then(
      () => true,
      () => false,
    );
    if (!isThere) return `there is no ${program}`;
  }
  return undefined;
}

const reason = await whyNot();

test.skipIf(reason !== undefined)(
  `a Debian 13 that boots our user data serves the release as a user of its own${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout: 240_000 },
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tmux-builder-boot-'));
    await using stack = new AsyncDisposableStack();
    stack.defer(async () => await rm(dir, { recursive: true, force: true }));
    await mkdir(join(dir, 'source'));
    for (const [name, text] of Object.entries(program('booted'))) {
      await writeFile(join(dir, 'source', name), text.replace("'127.0.0.1'", "'0.0.0.0'"));
    }
    const release = await openReleases(join(dir, 'releases'), new FakeClock()).make(
      join(dir, 'source'),
      { isStatic: false },
      signal,
    );
    const archive = await packRelease(release, signal);
    const net = await openNetwork(stack, dir);
    const reports: string[] = [];
    const server = createServer((request, response) => {
      if (request.method === 'PUT')
        request.on('data', (chunk: Buffer) => reports.push(chunk.toString()));
      else void readFile(archive.file).then((bytes) => response.end(bytes));
      if (request.method === 'PUT') response.end();
    }).listen(0, net.host);
    stack.defer(async () => void server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const text = userData({
      run: { command: ['node', 'server.js'], healthPath: '/health' },
      port: 8_080,
      archiveUrl: `http://${net.host}:${port}/archive?X-Amz-Signature=1&a=%2F`,
      sha256: archive.sha256,
      reportUrl: `http://${net.host}:${port}/report?X-Amz-Signature=2`,
      maxBytes: 16_384,
    });

    const machine = await boot(stack, { dir, text, net });
    await expect.poll(() => reports, { timeout: 200_000, interval: 500 }).toHaveLength(1);

    expect(JSON.parse(reports[0] ?? '')).toEqual({
      Status: 'SUCCESS',
      Reason: 'The program answers',
      UniqueId: 'site',
      Data: 'site',
    });
    const get = async (): Promise<string> =>
      await (await fetch(`http://${net.guest}:8080/a`)).text();
    expect(await get()).toBe('booted GET /a');
    const owner = async (): Promise<string> =>
      (await machine.inside(['systemctl', 'show', '--property', 'MainPID,NRestarts', 'site']))
        .stdout;
    const before = await owner();
    const pid = /MainPID=(?<pid>\d+)/.exec(before)?.groups?.['pid'] ?? '';
    expect(
      (await machine.inside(['stat', '--format', '%u', `/proc/${pid}`])).stdout.trim(),
    ).not.toBe('0');
    await machine.inside(['kill', '-KILL', pid]);
    await expect
      .poll(async () => await get().catch(() => 'down'), { timeout: 30_000 })
      .toBe('booted GET /a');
    expect(await owner()).toMatch(/NRestarts=[1-9]/);
    await expect(machine.inside(['cat', '/etc/site/archive.curl'])).rejects.toThrow();
    expect(
      createHash('sha256')
        .update(await readFile(archive.file))
        .digest('hex'),
    ).toBe(archive.sha256);
  },
);

interface Network {
  readonly name: string;
  readonly host: string;
  readonly guest: string;
}

/** A network of two: this machine and the one that boots; nothing beyond is reached. */
async function openNetwork(stack: AsyncDisposableStack, dir: string): Promise<Network> {
  const id = createHash('sha256').update(dir).digest('hex').slice(0, 6);
  const name = `tb-${id}`;
  const third = Number.parseInt(id.slice(0, 2), 16);
  const net = { name, host: `10.213.${third}.1`, guest: `10.213.${third}.2` };
  const ip = async (...words: readonly string[]): Promise<unknown> => await run('ip', [...words]);
  await ip('netns', 'add', name);
  stack.defer(async () => void (await ip('netns', 'delete', name)));
  await ip('link', 'add', `h${id}`, 'type', 'veth', 'peer', 'name', `g${id}`);
  await ip('link', 'set', `g${id}`, 'netns', name);
  await ip('addr', 'add', `${net.host}/24`, 'dev', `h${id}`);
  await ip('link', 'set', `h${id}`, 'up');
  await ip('netns', 'exec', name, 'ip', 'addr', 'add', `${net.guest}/24`, 'dev', `g${id}`);
  await ip('netns', 'exec', name, 'ip', 'link', 'set', `g${id}`, 'up');
  await ip('netns', 'exec', name, 'ip', 'link', 'set', 'lo', 'up');
  return net;
}

interface BootWish {
  readonly dir: string;
  readonly text: string;
  readonly net: Network;
}

interface Booted {
  inside(command: readonly string[]): Promise<{ readonly stdout: string }>;
}

/** Boot a copy-on-write of the root; packages are in it already, and no mirror is reached. */
async function boot(stack: AsyncDisposableStack, { dir, text, net }: BootWish): Promise<Booted> {
  const machine = join(dir, 'machine');
  for (const name of ['upper', 'work', 'machine']) await mkdir(join(dir, name));
  const overlay = `lowerdir=${root},upperdir=${join(dir, 'upper')},workdir=${join(dir, 'work')}`;
  await run('mount', ['-t', 'overlay', 'overlay', '-o', overlay, machine]);
  stack.defer(async () => void (await run('umount', [machine])));
  const seed = join(machine, 'var/lib/cloud/seed/nocloud');
  await mkdir(seed, { recursive: true });
  await writeFile(join(seed, 'user-data'), text);
  await writeFile(
    join(seed, 'meta-data'),
    `instance-id: ${net.name}\nlocal-hostname: ${net.name}\n`,
  );
  const config = 'datasource_list: [NoCloud]\nnetwork: {config: disabled}\nlocale: false\n';
  await writeFile(join(machine, 'etc/cloud/cloud.cfg.d/99-test.cfg'), config);
  // One that is set would make systemd take this for no first boot.
  await writeFile(join(machine, 'etc/machine-id'), '');
  const options = [
    '-q',
    '-D',
    machine,
    '--boot',
    '--register=no',
    '--keep-unit',
    '--kill-signal=SIGRTMIN+3',
  ];
  const network = [
    `--network-namespace-path=/run/netns/${net.name}`,
    '--resolv-conf=off',
    '--timezone=off',
  ];
  const container = spawn('systemd-nspawn', [...options, ...network], { stdio: 'ignore' });
  const ended = once(container, 'exit');
  stack.defer(async () => {
    await stop(container);
    await ended;
  });
  return {
    async inside(command) {
      const { stdout } = await run('pgrep', ['--parent', String(container.pid)]);
      const [init = ''] = stdout.trim().split('\n');
      return await run('nsenter', [
        '--target',
        init,
        '--mount',
        '--pid',
        '--uts',
        '--ipc',
        '--net',
        '--root',
        '--',
        ...command,
      ]);
    },
  };
}

async function stop(container: ChildProcess): Promise<void> {
  container.kill('SIGTERM');
  container.kill('SIGKILL');
}
