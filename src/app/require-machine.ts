import type { AppContext } from './context.ts';

/**
 * Make sure that agents can be started here, before jobs are begun that would all fail alike.
 * `skip_validation` leaves it to the jobs.
 *
 * @throws {TmuxNotFoundError} {TmuxTooOldError}
 */
export async function requireMachine(
  { config, agentEnvironment }: AppContext,
  signal: AbortSignal,
): Promise<void> {
  if (config.skipValidation) return;
  const { findTmux } = await import('../tmux/index.ts');
  await findTmux({ environment: agentEnvironment }, signal);
}
