import type { Agents } from '../agents/index.ts';
import type { Clock, Ids, Log } from '../base/index.ts';
import type { Config } from '../config/index.ts';
import type { Sessions } from '../sessions/index.ts';
import type { Store } from '../store/index.ts';

/** What every use case works with; made once by `openApp`. */
export interface AppContext {
  readonly config: Config;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly agents: Agents;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The whole environment that agents get. */
  readonly agentEnvironment: Readonly<Record<string, string>>;
  /** What opens a window where the program runs on somebody's desktop. */
  readonly desktopEnvironment: Readonly<Record<string, string>>;
  /** Directories with templates, the user's first. */
  readonly templateDirs: readonly string[];
  /** Private directory of this database's sockets. */
  readonly runtimeDir: string;
}
