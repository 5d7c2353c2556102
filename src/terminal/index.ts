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
