import { stringify } from 'yaml';
import type { AppRun } from '../deployer.ts';
import { BadSiteError } from '../site-errors.ts';
import { archiveSettings, reportSettings, startPath, startScript } from './start-script.ts';
import { systemdUnit } from './systemd-unit.ts';

export interface MachineWish {
  readonly run: AppRun;
  /** That the program listens on. */
  readonly port: number;
  /** Address of the archive, good for a short time, or a word that the provider replaces by it. */
  readonly archiveUrl: string;
  /** SHA-256 of the archive as 64 hexadecimal digits. */
  readonly sha256: string;
  /** Address that takes how the start went, by PUT; undefined: nobody is told. */
  readonly reportUrl?: string | undefined;
  /** Largest the provider takes: 16,384 at AWS, 65,535 at Azure, before base64. */
  readonly maxBytes: number;
}

/**
 * Write what cloud-init reads on a new Debian machine: it becomes one that runs this release and
 * nothing else, with nobody who could log in. It holds no secret but the two addresses.
 *
 * @throws {BadSiteError} longer than `maxBytes`: the command is too long.
 * @see cloudinit.readthedocs.io, modules write_files, users and runcmd
 */
export function userData(wish: MachineWish): string {
  const { run, port, archiveUrl, sha256, reportUrl, maxBytes } = wish;
  const { healthPath } = run;
  const script = startScript({ sha256, port, healthPath, reports: reportUrl !== undefined });
  const config = {
    package_update: true,
    packages: ['ca-certificates', 'curl', ...packagesOf(run)],
    // None at all: otherwise the image's own user may log in and become root.
    users: [],
    disable_root: true,
    ssh_pwauth: false,
    write_files: [
      file(archiveSettings, '0600', curlSettings(archiveUrl)),
      ...(reportUrl === undefined ? [] : [file(reportSettings, '0600', curlSettings(reportUrl))]),
      file('/etc/systemd/system/site.service', '0644', systemdUnit({ run, port })),
      file(startPath, '0700', script),
    ],
    runcmd: [[startPath]],
  };
  const text = `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    const reason = `its command makes the machine's user data ${bytes} bytes long, the most is ${maxBytes}`;
    throw new BadSiteError(reason, { bytes, maxBytes });
  }
  return text;
}

function file(path: string, permissions: string, content: string): Record<string, string> {
  return { path, permissions, content };
}

function curlSettings(url: string): string {
  return `url = "${url}"\n`;
}

/** Debian's packages of the programs that a command may begin with. */
const programs: Readonly<Record<string, readonly string[]>> = {
  node: ['nodejs'],
  npm: ['nodejs', 'npm'],
  npx: ['nodejs', 'npm'],
  python3: ['python3'],
};

function packagesOf({ command }: AppRun): readonly string[] {
  const [program = ''] = command;
  // What is in the release, or a shell, may want Node.js: it is what most sites are made with.
  return Object.hasOwn(programs, program) ? (programs[program] ?? []) : ['nodejs'];
}
