import {
  isPaneId,
  isSessionId,
  isWindowId,
  type PaneId,
  type SessionId,
  type WindowId,
} from './ids.ts';

/**
 * Something tmux tells unasked. Notifications can mislead (a window that dies may be reported as
 * not linked) and some changes give none, so take them as a reason to look, not as the truth.
 */
export type TmuxNotification =
  | { readonly kind: 'sessions-changed' }
  | { readonly kind: 'session-changed'; readonly session: SessionId; readonly name: string }
  | { readonly kind: 'session-renamed'; readonly session: SessionId; readonly name: string }
  | {
      readonly kind: 'session-window-changed';
      readonly session: SessionId;
      readonly window: WindowId;
    }
  | {
      readonly kind: 'client-session-changed';
      readonly client: string;
      readonly session: SessionId;
      readonly name: string;
    }
  | { readonly kind: 'client-detached'; readonly client: string }
  | { readonly kind: 'window-added'; readonly window: WindowId }
  | { readonly kind: 'window-closed'; readonly window: WindowId }
  | { readonly kind: 'window-renamed'; readonly window: WindowId; readonly name: string }
  | { readonly kind: 'window-pane-changed'; readonly window: WindowId; readonly pane: PaneId }
  | { readonly kind: 'layout-changed'; readonly window: WindowId; readonly layout: string }
  | { readonly kind: 'pane-mode-changed'; readonly pane: PaneId }
  | { readonly kind: 'pane-paused'; readonly pane: PaneId }
  | { readonly kind: 'pane-continued'; readonly pane: PaneId }
  /** The connection was lost and is open again; what happened in between was not told. */
  | { readonly kind: 'reconnected' }
  | { readonly kind: 'exit'; readonly reason: string }
  /** A line this library does not know: newer tmux, subscriptions, messages. */
  | { readonly kind: 'other'; readonly line: string };

/** Read a `%...` line. Never throws: what it cannot read is `other`. */
export function parseNotification(line: string): TmuxNotification {
  return known(line) ?? { kind: 'other', line };
}

// oxlint-disable-next-line max-lines-per-function -- one case a line is easier to check than a table
function known(line: string): TmuxNotification | undefined {
  const [word = ''] = line.split(' ', 1);
  const rest = line.slice(word.length + 1);
  const [first = ''] = rest.split(' ', 1);
  const after = rest.slice(first.length + 1);
  switch (word) {
    case '%sessions-changed':
      return { kind: 'sessions-changed' };
    case '%session-changed':
      return isSessionId(first)
        ? { kind: 'session-changed', session: first, name: after }
        : undefined;
    case '%session-renamed':
      return isSessionId(first)
        ? { kind: 'session-renamed', session: first, name: after }
        : undefined;
    case '%session-window-changed':
      return isSessionId(first) && isWindowId(after)
        ? { kind: 'session-window-changed', session: first, window: after }
        : undefined;
    case '%client-session-changed':
      return clientSession(first, after);
    case '%client-detached':
      return { kind: 'client-detached', client: rest };
    case '%window-add':
    case '%unlinked-window-add':
      return isWindowId(rest) ? { kind: 'window-added', window: rest } : undefined;
    case '%window-close':
    case '%unlinked-window-close':
      return isWindowId(rest) ? { kind: 'window-closed', window: rest } : undefined;
    case '%window-renamed':
    case '%unlinked-window-renamed':
      return isWindowId(first) ? { kind: 'window-renamed', window: first, name: after } : undefined;
    case '%window-pane-changed':
      return isWindowId(first) && isPaneId(after)
        ? { kind: 'window-pane-changed', window: first, pane: after }
        : undefined;
    case '%layout-change':
      return isWindowId(first)
        ? { kind: 'layout-changed', window: first, layout: after.split(' ', 1)[0] ?? '' }
        : undefined;
    case '%pane-mode-changed':
      return isPaneId(rest) ? { kind: 'pane-mode-changed', pane: rest } : undefined;
    case '%pause':
      return isPaneId(rest) ? { kind: 'pane-paused', pane: rest } : undefined;
    case '%continue':
      return isPaneId(rest) ? { kind: 'pane-continued', pane: rest } : undefined;
    case '%exit':
      return { kind: 'exit', reason: rest };
    default:
      return undefined;
  }
}

function clientSession(client: string, after: string): TmuxNotification | undefined {
  const [session = ''] = after.split(' ', 1);
  if (!isSessionId(session)) return undefined;
  const name = after.slice(session.length + 1);
  return { kind: 'client-session-changed', client, session, name };
}
