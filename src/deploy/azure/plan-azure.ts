import { CodedError } from '../../base/index.ts';
import type { CostEstimate, CostLine, DeploymentPlan, SiteSpec } from '../deployer.ts';
import { deploymentName } from '../names.ts';
import { findPrice, priceNote, prices } from '../prices.ts';
import type { DeploySettings } from '../settings.ts';
import { deploymentTags } from '../tags.ts';
import { sharedName, storageName } from './azure-names.ts';
import { dynamicTemplate } from './dynamic-template.ts';
import { staticTemplate } from './static-template.ts';

type PlanSettings = Pick<
  DeploySettings,
  'sizes' | 'azureLocation' | 'azureFrontDoor' | 'azureSubscription'
>;

/** Say what a site at Azure is made of. @throws {CodedError} `deploy.bad-spec` */
export function planAzure(spec: SiteSpec, settings: PlanSettings): DeploymentPlan {
  const name = deploymentName(spec);
  const tags = deploymentTags(spec);
  const placed = { name, location: locationOf(spec, settings), tags };
  const common = { spec, name, tags };
  const frontDoor = spec.frontDoor === 'shared' ? frontDoorParts(name, settings) : [];
  if (spec.type === 'static') {
    return {
      ...common,
      resources: [...storageParts(name), ...frontDoor],
      template: staticTemplate(placed),
      estimate: estimate([storageLine, ...frontDoorLines(spec, settings)]),
    };
  }
  const size = sizeOf(spec, settings);
  return {
    ...common,
    resources: [...storageParts(name), ...machineParts(name), ...frontDoor],
    template: dynamicTemplate({ ...placed, size }),
    estimate: estimate([...machineLines(size), storageLine, ...frontDoorLines(spec, settings)]),
  };
}

/** Where a site goes: what its spec says, or what is usual here. @throws {CodedError} `deploy.bad-spec` */
export function locationOf(
  { region }: Pick<SiteSpec, 'region'>,
  { azureLocation }: Pick<DeploySettings, 'azureLocation'>,
): string {
  const location = region ?? azureLocation;
  if (/^[a-z0-9]{2,40}$/.test(location)) return location;
  throw new CodedError('deploy.bad-spec', `"${location}" is no location of Azure.`, {
    facts: { region: location },
    todo: 'Choose a name that `az account list-locations` prints, such as eastus',
  });
}

function sizeOf({ size }: SiteSpec, { sizes }: PlanSettings): string {
  const allowed = sizes.filter((one) => findPrice(prices.azure.machineHour, one) !== undefined);
  const chosen = size ?? allowed[0];
  if (chosen !== undefined && allowed.includes(chosen)) return chosen;
  const list = allowed.length === 0 ? 'none' : allowed.join(', ');
  throw new CodedError(
    'deploy.bad-spec',
    `Machines at Azure may not have the size ${chosen ?? '(none)'}; allowed: ${list}.`,
    {
      facts: { size: chosen, allowed },
      todo: 'Choose one of these sizes, or change site_sizes; a size needs a known price',
    },
  );
}

function storageParts(name: string): DeploymentPlan['resources'] {
  return [
    { type: 'Microsoft.Resources/resourceGroups', name },
    { type: 'Microsoft.Storage/storageAccounts', name: storageName(name) },
    { type: 'Microsoft.Authorization/roleAssignments', name: 'Storage Blob Data Contributor' },
  ];
}

function machineParts(name: string): DeploymentPlan['resources'] {
  const network = [
    'networkSecurityGroups',
    'publicIPAddresses',
    'virtualNetworks',
    'networkInterfaces',
  ].map((type) => ({ type: `Microsoft.Network/${type}`, name }));
  return [...network, { type: 'Microsoft.Compute/virtualMachines', name: `${name}-RELEASE` }];
}

function frontDoorParts(
  name: string,
  { azureFrontDoor, azureSubscription = '[^/]+' }: PlanSettings,
): DeploymentPlan['resources'] {
  const group = `/subscriptions/${azureSubscription}/resourceGroups/[^/]+`;
  const shape = new RegExp(`^${group}/providers/Microsoft\\.Cdn/profiles/[^/]+$`, 'i');
  if (azureFrontDoor !== undefined && !shape.test(azureFrontDoor)) {
    throw new CodedError('deploy.bad-spec', 'azure_front_door names no profile of ours.', {
      facts: { azureFrontDoor },
      todo: 'Set it to the resource id of a Front Door profile in the subscription of the sites',
    });
  }
  const profile = azureFrontDoor?.split('/').at(-1) ?? sharedName;
  const parts = ['afdEndpoints', 'originGroups', 'originGroups/origins', 'afdEndpoints/routes'];
  return [
    { type: 'Microsoft.Cdn/profiles', name: profile },
    ...parts.map((part) => ({
      type: `Microsoft.Cdn/profiles/${part}`,
      name: `${profile}/${name}${part.includes('/') ? '/site' : ''}`,
    })),
  ];
}

const { azure, hoursOfMonth } = prices;

const storageLine: CostLine = {
  what: 'Storage, 1 GB',
  monthlyUsd: azure.storageGb,
  basis: `1 GB x $${azure.storageGb}`,
};

function machineLines(size: string): readonly CostLine[] {
  const hour = findPrice(azure.machineHour, size) ?? 0;
  return [
    {
      what: `Machine ${size}`,
      monthlyUsd: hour * hoursOfMonth,
      basis: `${hoursOfMonth} h x $${hour}`,
    },
    { what: 'Disk, Standard SSD 32 GB', monthlyUsd: azure.diskMonth, basis: 'a month' },
    {
      what: 'Public address',
      monthlyUsd: azure.addressHour * hoursOfMonth,
      basis: `${hoursOfMonth} h x $${azure.addressHour}`,
    },
  ];
}

function frontDoorLines(
  { frontDoor }: SiteSpec,
  { azureFrontDoor }: PlanSettings,
): readonly CostLine[] {
  if (frontDoor !== 'shared' || azureFrontDoor !== undefined) return [];
  return [
    {
      what: 'Front Door Standard, once for all sites that share it',
      monthlyUsd: azure.frontDoorMonth,
      basis: 'a profile and month',
    },
  ];
}

function estimate(lines: readonly CostLine[]): CostEstimate {
  const cents = lines.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0) * 100;
  return {
    monthlyUsd: Math.ceil(cents) / 100,
    lines: lines.map((line) => ({ ...line, monthlyUsd: Math.ceil(line.monthlyUsd * 100) / 100 })),
    note: priceNote,
  };
}
