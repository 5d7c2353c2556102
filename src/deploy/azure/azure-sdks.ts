import { importSdk } from '../import-sdk.ts';

/** Major versions that this was written and tested with. */
const packages = [
  '@azure/arm-resources@8',
  '@azure/arm-resourcesdeployments@2',
  '@azure/identity@4',
  '@azure/storage-blob@12',
];

/**
 * Import something of Azure's SDKs when it is used: together they take half a second to load.
 *
 * @throws {CodedError} `deploy.no-sdk`: they are not installed.
 */
export async function importAzure<T>(load: () => Promise<T>): Promise<T> {
  return await importSdk(packages, load);
}
