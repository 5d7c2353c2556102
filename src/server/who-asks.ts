import type { Principal } from '../app/index.ts';

/** Who asks, on a route that is for nobody else: `admit` lets no stranger get here. */
export function whoAsks(principal: Principal | undefined): Principal {
  if (principal === undefined) throw new Error('a route for people was reached by nobody');
  return principal;
}
