import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { findExecutable } from '../../base/index.ts';

/** How programs of sites are held back on this machine. */
export type Sandbox =
  | { readonly kind: 'bubblewrap'; readonly path: string }
  | { readonly kind: 'none'; readonly reason: string };

/** Look for bubblewrap and try it: containers and kernels may forbid what it needs. */
export async function findSandbox(path: string): Promise<Sandbox> {
  if (process.platform !== 'linux')
    return { kind: 'none', reason: 'bubblewrap is for Linux alone' };
  const found = await findOnPath('bwrap', path);
  if (found === undefined) return { kind: 'none', reason: 'bubblewrap is not installed' };
  try {
    await promisify(execFile)(found, [...frame(), '--', 'true'], { timeout: 10_000 });
    return { kind: 'bubblewrap', path: found };
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    return { kind: 'none', reason: `bubblewrap does not work here: ${said.slice(0, 200)}` };
  }
}

export interface Boxed {
  readonly command: readonly string[];
  /** Of the release, read-only in the box. */
  readonly siteDir: string;
  /** What the site keeps; the only place it may write beside its own /tmp. */
  readonly dataDir: string;
  readonly path: string;
}

export interface BoxedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** `PATH` and `DATA_DIR`. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Turn a site's command into the one that is started. In a box it sees the system read-only, its
 * release at `/site`, its data at `/data`, no other process, and the network as it is.
 */
export async function boxCommand(sandbox: Sandbox, boxed: Boxed): Promise<BoxedCommand> {
  const { command, siteDir, dataDir } = boxed;
  const [name = '', ...args] = command;
  // `node` is there on every machine that runs us, whatever PATH holds.
  const path = [boxed.path, dirname(process.execPath)].join(delimiter);
  if (sandbox.kind === 'none') {
    const environment = { PATH: path, DATA_DIR: dataDir };
    return { file: name, args, cwd: siteDir, environment };
  }
  const program = name.includes('/') ? undefined : await findOnPath(name, path);
  const binds = [program, await realpath(process.execPath)].flatMap((one) =>
    one === undefined || isOfSystem(one) ? [] : ['--ro-bind', one, one],
  );
  const dirs = [program, process.execPath].flatMap((one) =>
    one === undefined ? [] : dirname(one),
  );
  const inside = ['/usr/local/bin', '/usr/bin', '/bin', ...dirs].join(delimiter);
  return {
    file: sandbox.path,
    args: [
      ...frame(),
      ...binds,
      '--ro-bind',
      siteDir,
      '/site',
      '--bind',
      dataDir,
      '/data',
      '--chdir',
      '/site',
      '--',
      program ?? name,
      ...args,
    ],
    cwd: '/',
    environment: { PATH: inside, DATA_DIR: '/data' },
  };
}

/** What a program needs of /etc; the rest may hold secrets, such as /etc/ssl/private. */
const settings = [
  'alternatives',
  'ca-certificates',
  'group',
  'host.conf',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'passwd',
  'pki/ca-trust',
  'pki/tls/cert.pem',
  'pki/tls/certs',
  'pki/tls/openssl.cnf',
  'resolv.conf',
  'ssl/cert.pem',
  'ssl/certs',
  'ssl/openssl.cnf',
];

function frame(): readonly string[] {
  return [
    '--die-with-parent --new-session --unshare-pid --unshare-ipc --unshare-uts'.split(' '),
    '--cap-drop ALL --ro-bind /usr /usr'.split(' '),
    ['/bin', '/sbin', '/lib', '/lib32', '/lib64'].flatMap(systemDirectory),
    settings.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    // Where we are root, so is the program: by the kernel's settings it would rule the machine, and
    // bubblewrap leaves them writable, as it cannot see that they are (0.8, proc_sys_permission).
    '--proc /proc --ro-bind-try /proc/sys /proc/sys'.split(' '),
    '--dev /dev --tmpfs /tmp --dir /var/tmp --dir /run'.split(' '),
  ].flat();
}

/** Most systems have links to /usr in their place. */
function systemDirectory(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

function isOfSystem(path: string): boolean {
  return ['/usr/', '/bin/', '/sbin/'].some((place) => path.startsWith(place));
}

/** Absolute real path of a program; undefined when PATH has none. */
async function findOnPath(name: string, path: string): Promise<string | undefined> {
  const found = await findExecutable(name, { PATH: path });
  return found === undefined ? undefined : await realpath(found);
}
