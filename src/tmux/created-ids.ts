import {
  isPaneId,
  isSessionId,
  isWindowId,
  type PaneId,
  type SessionId,
  type WindowId,
} from './ids.ts';

/** A pane and what it lies in. */
export interface CreatedIds {
  readonly session: SessionId;
  readonly window: WindowId;
  readonly pane: PaneId;
}

/** Read a reply of `#{session_id} #{window_id} #{pane_id}`. */
export function readIds(reply: readonly string[]): CreatedIds {
  const [session = '', window = '', pane = ''] = (reply[0] ?? '').split(' ');
  if (isSessionId(session) && isWindowId(window) && isPaneId(pane)) {
    return { session, window, pane };
  }
  throw new Error(`tmux gave no ids: ${JSON.stringify(reply)}`);
}
