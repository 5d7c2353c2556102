import {
  type Placed,
  principalParameter,
  type Resource,
  storageEndpoint,
  storageResources,
  templateHead,
} from './storage-resources.ts';

/**
 * Template of a static site: a storage account. That its `$web` is served is no property of the
 * Resource Manager; the blob service is told.
 */
export function staticTemplate(placed: Placed): Resource {
  return {
    ...templateHead,
    parameters: principalParameter,
    resources: storageResources(placed),
    outputs: {
      blob: { type: 'string', value: storageEndpoint(placed.name, 'blob') },
      web: { type: 'string', value: storageEndpoint(placed.name, 'web') },
    },
  };
}
