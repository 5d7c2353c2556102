import { apiVersions } from './azure-names.ts';
import {
  type Placed,
  principalParameter,
  type Resource,
  storageEndpoint,
  storageResources,
  templateHead,
} from './storage-resources.ts';

export interface MachinePlaced extends Placed {
  /** `Standard_B1s` */
  readonly size: string;
}

/** Account of the machine that nobody can log in to; Azure wants one. */
const ADMIN = 'site';

/**
 * Template of a dynamic site: where its archive lies, its network, its address, and one machine.
 * Deployed without `customData` it makes all but the machine, which needs the archive first.
 */
export function dynamicTemplate(placed: MachinePlaced): Resource {
  const { name } = placed;
  return {
    ...templateHead,
    parameters: {
      ...principalParameter,
      machineName: { type: 'string', defaultValue: name },
      // Not kept with the deployment: it has the short-lived address of the archive.
      customData: { type: 'securestring', defaultValue: '' },
      sshKey: { type: 'string', defaultValue: '' },
    },
    resources: [...storageResources(placed), ...networkResources(placed), machine(placed)],
    outputs: {
      blob: { type: 'string', value: storageEndpoint(name, 'blob') },
      host: {
        type: 'string',
        value: `[reference(${idOf('publicIPAddresses', name)}).dnsSettings.fqdn]`,
      },
    },
  };
}

function networkResources({ name, location, tags }: Placed): readonly Resource[] {
  const common = { apiVersion: apiVersions.network, name, location, tags };
  return [
    {
      type: 'Microsoft.Network/networkSecurityGroups',
      ...common,
      properties: { securityRules: [{ name: 'web', properties: webRule }] },
    },
    {
      type: 'Microsoft.Network/publicIPAddresses',
      ...common,
      sku: { name: 'Standard' },
      properties: {
        publicIPAllocationMethod: 'Static',
        dnsSettings: { domainNameLabel: name },
      },
    },
    {
      type: 'Microsoft.Network/virtualNetworks',
      ...common,
      dependsOn: [`[${idOf('networkSecurityGroups', name)}]`],
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/24'] },
        subnets: [
          {
            name: 'default',
            properties: {
              addressPrefix: '10.0.0.0/25',
              networkSecurityGroup: { id: `[${idOf('networkSecurityGroups', name)}]` },
            },
          },
        ],
      },
    },
    {
      type: 'Microsoft.Network/networkInterfaces',
      ...common,
      dependsOn: [`[${idOf('virtualNetworks', name)}]`, `[${idOf('publicIPAddresses', name)}]`],
      properties: {
        ipConfigurations: [
          {
            name: 'ip',
            properties: {
              subnet: {
                id: `[resourceId('Microsoft.Network/virtualNetworks/subnets', '${name}', 'default')]`,
              },
              publicIPAddress: { id: `[${idOf('publicIPAddresses', name)}]` },
            },
          },
        ],
      },
    },
  ];
}

/** Plain HTTP from everywhere, and nothing else: no SSH, and no 443, which nothing answers. */
const webRule = {
  protocol: 'Tcp',
  direction: 'Inbound',
  access: 'Allow',
  priority: 100,
  sourceAddressPrefix: 'Internet',
  sourcePortRange: '*',
  destinationAddressPrefix: '*',
  destinationPortRanges: ['80'],
};

function machine({ name, location, tags, size }: MachinePlaced): Resource {
  return {
    type: 'Microsoft.Compute/virtualMachines',
    apiVersion: apiVersions.compute,
    condition: "[not(empty(parameters('customData')))]",
    name: "[parameters('machineName')]",
    location,
    tags,
    dependsOn: [`[${idOf('networkInterfaces', name)}]`],
    properties: {
      hardwareProfile: { vmSize: size },
      storageProfile: {
        imageReference: {
          publisher: 'Debian',
          offer: 'debian-13',
          sku: '13-gen2',
          version: 'latest',
        },
        osDisk: {
          createOption: 'FromImage',
          deleteOption: 'Delete',
          managedDisk: { storageAccountType: 'StandardSSD_LRS' },
        },
      },
      osProfile: {
        computerName: 'site',
        adminUsername: ADMIN,
        customData: "[base64(parameters('customData'))]",
        linuxConfiguration: {
          disablePasswordAuthentication: true,
          ssh: {
            publicKeys: [
              { path: `/home/${ADMIN}/.ssh/authorized_keys`, keyData: "[parameters('sshKey')]" },
            ],
          },
        },
      },
      // The address outlives the machine, for the next release's.
      networkProfile: {
        networkInterfaces: [
          { id: `[${idOf('networkInterfaces', name)}]`, properties: { deleteOption: 'Detach' } },
        ],
      },
    },
  };
}

function idOf(type: string, name: string): string {
  return `resourceId('Microsoft.Network/${type}', '${name}')`;
}
