import { join, resolve } from 'node:path';
import { type Agents, loadEngine } from '../agents/index.ts';
import type { Clock, Log } from '../base/index.ts';
import type { Config } from '../config/index.ts';

/** Names of the built-in agents, known before their code is loaded. */
export const builtInAgents: readonly string[] = [
  'claude',
  'codex',
  'gemini',
  'opencode',
  'demo',
  'command',
];

/** Directory of the user's adapter files. */
export function adapterDir({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'agents');
}

interface Surroundings {
  /** What agents get, and where their programs are looked for. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the user's adapter files. */
  readonly own: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Load the adapters, ours and the user's, and the tmux library with them. */
export async function loadAgents(
  config: Config,
  { environment, own, clock, log }: Surroundings,
): Promise<Agents> {
  const agents = await loadEngine();
  const { columns, rows, historyRows, stallMs } = config;
  const files = own.map((name) => join(adapterDir(config), `${name}.yaml`));
  return agents.openAgents({
    adapters: [
      agents.claudeAdapter({ program: config.claudePath, delivery: 'argv', clock }),
      agents.codexAdapter({ program: config.codexPath, clock }),
      agents.geminiAdapter({ program: config.geminiPath, clock }),
      agents.opencodeAdapter({ program: config.opencodePath, clock }),
      agents.demoAdapter,
      agents.commandAdapter,
      ...(await agents.loadAdapterFiles(files, clock)),
    ],
    environment,
    terminal: { columns, rows, historyRows },
    recordingBytes: config.recordingLimitMb * 1e6,
    stallMs,
    prices: await agents.loadPrices(resolve(config.dataDir, config.pricesFile)),
    clock,
    log,
  });
}
