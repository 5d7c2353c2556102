import type { WorkerTools } from './hold-attempt.ts';
import type { Worker, WorkerOptions } from './worker.ts';

/** Start a worker. Its code, and with it that of agents and tmux, is loaded only now. */
export async function startWorker(
  tools: WorkerTools,
  options: WorkerOptions,
  signal: AbortSignal,
): Promise<Worker> {
  const { Worker } = await import('./worker.ts');
  return await Worker.start(tools, options, signal);
}
