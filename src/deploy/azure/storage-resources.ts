import { apiVersions, blobRole, storageName } from './azure-names.ts';

export type Resource = Readonly<Record<string, unknown>>;

export const templateHead = {
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
} as const;

/** Whom uploads are allowed; empty: whoever may already. */
export const principalParameter = { principalId: { type: 'string', defaultValue: '' } } as const;

export interface Placed {
  readonly name: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A storage account that takes tokens of Entra alone, no keys, and the role to write its blobs for
 * who deploys. The role's name comes from whom it is for, so that it is made once.
 */
export function storageResources({ name, location, tags }: Placed): readonly Resource[] {
  return [
    {
      type: 'Microsoft.Storage/storageAccounts',
      apiVersion: apiVersions.storage,
      name: storageName(name),
      location,
      tags,
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: {
        accessTier: 'Hot',
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: false,
        defaultToOAuthAuthentication: true,
      },
    },
    {
      type: 'Microsoft.Authorization/roleAssignments',
      apiVersion: apiVersions.roles,
      condition: "[not(empty(parameters('principalId')))]",
      name: `[guid(resourceGroup().id, parameters('principalId'), '${blobRole}')]`,
      properties: {
        roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${blobRole}')]`,
        principalId: "[parameters('principalId')]",
      },
    },
  ];
}

/** Template expression of the address of one of the account's services. */
export function storageEndpoint(name: string, service: 'blob' | 'web'): string {
  const id = `resourceId('Microsoft.Storage/storageAccounts', '${storageName(name)}')`;
  return `[reference(${id}).primaryEndpoints.${service}]`;
}
