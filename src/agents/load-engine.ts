import type * as engine from './engine.ts';

/** Load the adapters and the tmux library: only what drives agents needs them. */
export async function loadEngine(): Promise<typeof engine> {
  return await import('./engine.ts');
}
