import type { Clock, Log } from '../base/index.ts';
import type { FlowLimits } from './viewer-flow.ts';

export interface HubOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Default `tmux`, looked up in PATH. */
  readonly tmuxPath?: string;
  /** Viewers of one terminal at once. Default 250. */
  readonly viewersPerTerminal?: number;
  /** Terminals that are watched at once. Default 500. */
  readonly screens?: number;
  /** How long the right to type lasts without typing. Default 30 s. */
  readonly leaseMs?: number;
  /** A pane that keeps printing is read at most this often. Default 8 ms. */
  readonly paceMs?: number;
}

export interface HubSettings extends Required<HubOptions> {
  readonly flow: FlowLimits;
  /** Rows above the screen that a viewer gets. */
  readonly scrollbackRows: number;
  readonly replayBytes: number;
  /** The same for a screen that is shown as a thumbnail alone: it has no rows above. */
  readonly thumbnailReplayBytes: number;
  readonly thumbnailMs: number;
  /** A look at tmux at most this often for each terminal that prints, ... */
  readonly checkMs: number;
  /** ... and this often for one that does not. */
  readonly idleCheckMs: number;
  /** How long nothing was printed before what is shown is compared. */
  readonly quietMs: number;
}

/** What is not chosen otherwise; the flow is that of the terminal socket's protocol. */
export function hubSettings(options: HubOptions): HubSettings {
  return {
    tmuxPath: 'tmux',
    viewersPerTerminal: 250,
    screens: 500,
    leaseMs: 30_000,
    paceMs: 8,
    flow: {
      highBytes: 256 * 1_024,
      lowBytes: 64 * 1_024,
      bufferedHighBytes: 1_024 * 1_024,
      bufferedLowBytes: 256 * 1_024,
    },
    scrollbackRows: 300,
    replayBytes: 4 * 1_048_576,
    thumbnailReplayBytes: 524_288,
    thumbnailMs: 500,
    checkMs: 5_000,
    idleCheckMs: 60_000,
    quietMs: 300,
    ...options,
  };
}
