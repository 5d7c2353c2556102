export type { HubOptions } from './hub-options.ts';
export type {
  Delta,
  LeaseState,
  Presence,
  Snapshot,
  TerminalEnd,
  TerminalPlace,
  Thumbnail,
  Viewer,
  Watching,
  WatchWish,
} from './terminal.ts';
export { type HubStats, TerminalHub } from './terminal-hub.ts';
