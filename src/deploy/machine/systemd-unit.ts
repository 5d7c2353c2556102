import type { AppRun } from '../deployer.ts';

export interface UnitWish {
  readonly run: AppRun;
  /** That the program is to listen on; below 1024 it gets the right to, and no other. */
  readonly port: number;
}

/** Where the release lies on the machine; its program cannot write there. */
export const releaseDir = '/srv/site';
/** What the program may write, kept while the machine lives. */
const STATE_DIR = '/var/lib/site';

/**
 * Write the systemd unit of a site's program: a user of its own, nothing of the machine to write
 * but its state directory, started again whenever it ends.
 *
 * @see systemd.exec(5), systemd.service(5)
 */
export function systemdUnit({ run, port }: UnitWish): string {
  const right = port < 1024 ? 'CAP_NET_BIND_SERVICE' : '';
  const lines = [
    '[Unit]',
    'Description=Site',
    'Wants=network-online.target',
    'After=network-online.target',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    // env(1) finds names on the PATH and paths below the release; ExecStart alone takes no relative ones.
    `ExecStart=/usr/bin/env -- ${run.command.map(quoted).join(' ')}`,
    'DynamicUser=yes',
    `WorkingDirectory=${releaseDir}`,
    'StateDirectory=site',
    `Environment=PORT=${port} HOST=0.0.0.0 NODE_ENV=production HOME=${STATE_DIR}`,
    'Restart=always',
    'RestartSec=2',
    'UMask=0077',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'ProtectKernelTunables=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelLogs=yes',
    'ProtectControlGroups=yes',
    'ProtectClock=yes',
    'ProtectHostname=yes',
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'LockPersonality=yes',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    // Refused, not killed: programs try calls they can do without, as Node.js does.
    'SystemCallErrorNumber=EPERM',
    `CapabilityBoundingSet=${right}`,
    `AmbientCapabilities=${right}`,
    // The machine's metadata, where this user data can be read.
    'IPAddressDeny=169.254.169.254',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ];
  return `${lines.join('\n')}\n`;
}

/** One word of ExecStart that systemd takes as it is: no escapes, specifiers or variables. */
function quoted(word: string): string {
  const text = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    // systemd ends a line at CR and NUL, too.
    .replaceAll(/\p{Cc}/gu, (letter) => `\\x${hexOf(letter)}`)
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return `"${text}"`;
}

function hexOf(letter: string): string {
  return letter.charCodeAt(0).toString(16).padStart(2, '0');
}
