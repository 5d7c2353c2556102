import type { App } from '../app/index.ts';

export type Feed = Pick<App['feed'], 'last' | 'read' | 'watch'>;

/** What viewers of terminals are connected to. */
export type Terminals = Pick<App['terminals'], 'watch' | 'follow'>;
export type Viewer = Parameters<Terminals['watch']>[1];
export type Wish = Parameters<Terminals['watch']>[2];
export type Watching = Awaited<ReturnType<Terminals['watch']>>;
export type Snapshot = Parameters<Viewer['onSnapshot']>[0];
export type Delta = Parameters<Viewer['onDelta']>[0];
export type Thumbnail = Parameters<Viewer['onThumbnail']>[0];
export type LeaseState = Parameters<Viewer['onLease']>[0];
export type Presence = Parameters<Viewer['onPresence']>[0];
export type TerminalEnd = Parameters<Viewer['onEnd']>[0];

/** The part of an App that the event stream speaks to. */
export interface EventsApp {
  readonly feed: Feed;
  readonly accounts: Pick<App['accounts'], 'authorize' | 'onRevoked' | 'visibilityOf'>;
}

/** The part of an App that the terminals' doors speak to. */
export interface TerminalsApp extends Pick<App, 'findTerminal'> {
  readonly terminals: Terminals;
  readonly accounts: Pick<
    App['accounts'],
    'authenticate' | 'authorize' | 'onRevoked' | 'record' | 'redeemTicket'
  >;
}
