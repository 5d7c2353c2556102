import type { CallPrincipal } from './call.ts';

/** Who asks, on a route that is for nobody else: `admit` lets no stranger get here. */
export function whoAsks(principal: CallPrincipal | undefined): CallPrincipal {
  if (principal === undefined) throw new Error('a route for people was reached by nobody');
  return principal;
}
