import type { Deployer, Provider } from './deployer.ts';
import type { DeploySettings } from './settings.ts';

/** Import one provider's code, and nothing of the others: SDKs of clouds take long to load. */
export async function loadDeployer(
  provider: Provider,
  settings: DeploySettings,
): Promise<Deployer> {
  const make = await makers[provider]();
  return make(settings);
}

type Maker = (settings: DeploySettings) => Deployer;

const makers: Readonly<Record<Provider, () => Promise<Maker>>> = {
  local: async () => (await import('./local/local-deployer.ts')).makeLocalDeployer,
  aws: async () => (await import('./aws/aws-deployer.ts')).makeAwsDeployer,
  azure: async () => (await import('./azure/azure-deployer.ts')).makeAzureDeployer,
};
