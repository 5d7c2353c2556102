import type { Deployer, Provider } from './deployer.ts';
import type { DeploySettings } from './settings.ts';

/** Import one provider's code, and nothing of the others: SDKs of clouds take long to load. */
export async function loadDeployer(
  provider: Provider,
  settings: DeploySettings,
): Promise<Deployer> {
  switch (provider) {
    case 'local': {
      const { makeLocalDeployer } = await import('./local/local-deployer.ts');
      return makeLocalDeployer(settings);
    }
    case 'aws': {
      const { makeAwsDeployer } = await import('./aws/aws-deployer.ts');
      return makeAwsDeployer(settings);
    }
    case 'azure': {
      const { makeAzureDeployer } = await import('./azure/azure-deployer.ts');
      return makeAzureDeployer(settings);
    }
  }
}
