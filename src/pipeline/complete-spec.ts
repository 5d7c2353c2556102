import type { SiteSpec } from '../deploy/index.ts';

const standIn = { command: ['node', 'server.js'], healthPath: '/health' };

/**
 * Give the spec of a dynamic site a program where its plan says none, or not yet: to estimate, look
 * at, find and destroy it, names and prices are enough, and they are the same.
 */
export function completeSpec(spec: Omit<SiteSpec, 'run'> & Partial<SiteSpec>): SiteSpec {
  return { ...spec, run: spec.run ?? (spec.type === 'dynamic' ? standIn : undefined) };
}
