import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { x as extract } from 'tar';
import { parse } from 'yaml';
import { findFreePort } from '../free-port.ts';
import { ArmError, type ArmResource, type Provider } from './arm-state.ts';
import { type Door, openDoor, passOn } from './loopback-door.ts';

export interface FakeMachines extends AsyncDisposable {
  readonly providers: readonly Provider[];
  /** What cloud-init was given, newest last. */
  readonly userData: readonly string[];
  readonly running: ReadonlyMap<string, ChildProcess>;
}

interface Machine {
  readonly id: string;
  readonly nic: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly dir: string;
}

/**
 * Networks and machines: a public address is a port here, which leads to the machine that has its
 * network interface; a machine does what its user data says: fetches the archive, checks its
 * digest, unpacks it and runs the unit's command with the port in `PORT`.
 */
export function fakeMachines(
  directory: string,
  find: (id: string) => ArmResource | undefined,
): FakeMachines {
  const machines = new Map<string, Machine>();
  const addresses = new Map<string, Door>();
  const userData: string[] = [];
  const running = new Map<string, ChildProcess>();
  const addressOf = (machine: Machine): string | undefined =>
    find(machine.nic)?.properties['ipConfigurations'][0].properties.publicIPAddress.id;
  const publicAddress: Provider = {
    type: 'Microsoft.Network/publicIPAddresses',
    async create({ id, properties }) {
      const door =
        addresses.get(id) ??
        (await openDoor(async (request, response) => {
          const machine = [...machines.values()].find((one) => addressOf(one) === id);
          if (machine === undefined) response.destroy();
          else await passOn(request, response, { origin: `http://127.0.0.1:${machine.port}` });
        }));
      addresses.set(id, door);
      return { dnsSettings: { ...properties['dnsSettings'], fqdn: door.host } };
    },
    async remove({ id }) {
      await addresses.get(id)?.[Symbol.asyncDispose]();
      addresses.delete(id);
    },
  };
  const machine: Provider = {
    type: 'Microsoft.Compute/virtualMachines',
    async create({ id, properties }) {
      const nic: string = properties['networkProfile'].networkInterfaces[0].id;
      if (find(nic) === undefined) throw new ArmError(404, 'NotFound', `There is no ${nic}.`);
      const holder = [...machines.values()].find((one) => one.nic === nic && one.id !== id);
      if (holder !== undefined) {
        throw new ArmError(400, 'NicInUse', `${nic} is used by ${holder.id}.`);
      }
      if (machines.has(id)) {
        const message = "Changing property 'osProfile.customData' is not allowed.";
        throw new ArmError(409, 'PropertyChangeNotAllowed', message);
      }
      const { customData, linuxConfiguration } = properties['osProfile'];
      const [{ keyData }] = linuxConfiguration.ssh.publicKeys;
      if (!/^ssh-rsa AAAAB3NzaC1yc2E[\w+/=]{300,}$/.test(keyData)) {
        throw new ArmError(400, 'InvalidParameter', 'The ssh public key data is invalid.');
      }
      const text = Buffer.from(customData, 'base64').toString('utf8');
      if (text.length > 65_535) throw new ArmError(400, 'InvalidParameter', 'customData');
      userData.push(text);
      const dir = await mkdtemp(join(directory, 'vm-'));
      const port = await findFreePort();
      const child = await start(text, dir, port);
      running.set(id, child);
      machines.set(id, { id, nic, port, child, dir });
      return {};
    },
    async remove({ id }) {
      const found = machines.get(id);
      machines.delete(id);
      running.delete(id);
      if (found === undefined) return;
      await end(found.child);
      await rm(found.dir, { recursive: true, force: true });
    },
  };
  return {
    providers: [publicAddress, machine],
    userData,
    running,
    async [Symbol.asyncDispose]() {
      for (const { child } of machines.values()) await end(child);
      for (const door of addresses.values()) await door[Symbol.asyncDispose]();
    },
  };
}

interface CloudConfig {
  readonly write_files: readonly { readonly path: string; readonly content: string }[];
}

/** Do what cloud-init would, as far as a test may. */
async function start(text: string, dir: string, port: number): Promise<ChildProcess> {
  const { write_files: files } = parse(text) as CloudConfig;
  const content = (end: string): string =>
    files.find(({ path }) => path.endsWith(end))?.content ?? '';
  const url = /url = "(?<url>[^"]+)"/.exec(content('archive.curl'))?.groups?.['url'] ?? '';
  const digest = /echo '(?<digest>[0-9a-f]{64}) /.exec(content('start'))?.groups?.['digest'];
  const response = await fetch(url);
  const archive = Buffer.from(await response.arrayBuffer());
  if (!response.ok || createHash('sha256').update(archive).digest('hex') !== digest) {
    throw new Error(`the archive is not the one that was sent: ${response.status}`);
  }
  const file = join(dir, 'site.tar.gz');
  const site = join(dir, 'site');
  await mkdir(site);
  await writeFile(file, archive);
  await extract({ file, cwd: site });
  const unit = content('site.service');
  const line = /^ExecStart=\/usr\/bin\/env -- (?<words>.*)$/m.exec(unit)?.groups?.['words'] ?? '';
  const words = Array.from(line.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, word = '']) => word);
  const [program = '', ...args] = words;
  return spawn(program === 'node' ? process.execPath : program, args, {
    cwd: site,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], PORT: String(port), TMPDIR: process.env['TMPDIR'] },
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
