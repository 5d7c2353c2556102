import {
  encodeFrame,
  encodeSnap,
  type FrameError,
  jsonPayload,
  type LeaseView,
  type PresenceView,
  serverFrames,
  type ThumbPayload,
} from '../contract/index.ts';
import { codedOf } from './problem.ts';
import type { Delta, LeaseState, Presence, Snapshot, TerminalEnd, Thumbnail } from './door-app.ts';

type Name = keyof typeof serverFrames;

/** A frame whose payload is JSON, or empty. */
export function plainFrame(name: Name, pane: number, value?: unknown, seq = 0): Uint8Array {
  const payload = value === undefined ? new Uint8Array(0) : jsonPayload(value);
  return encodeFrame({ type: serverFrames[name], pane, epoch: 0, seq, payload });
}

export function snapFrame(pane: number, snapshot: Snapshot): Uint8Array {
  const { epoch, offset, columns, rows, bytes, isResync } = snapshot;
  const payload = encodeSnap({ columns, rows, is_resync: isResync }, bytes);
  return encodeFrame({ type: serverFrames.snap, pane, epoch, seq: offset, payload });
}

interface Encoded {
  readonly delta: Delta;
  readonly pane: number;
  readonly frame: Uint8Array;
}

let newest: Encoded | undefined;

/** Viewers that watch together get the same bytes: those of the newest delta are made once. */
export function deltaFrame(pane: number, delta: Delta): Uint8Array {
  if (newest !== undefined && newest.delta === delta && newest.pane === pane) return newest.frame;
  const { epoch, offset, bytes } = delta;
  const frame = encodeFrame({
    type: serverFrames.delta,
    pane,
    epoch,
    seq: offset,
    payload: bytes,
  });
  newest = { delta, pane, frame };
  return frame;
}

export function thumbFrame(pane: number, { columns, rows, text }: Thumbnail): Uint8Array {
  const view: ThumbPayload = { columns, rows, text: [...text] };
  return plainFrame('thumb', pane, view);
}

export function leaseFrame(pane: number, lease: LeaseState): Uint8Array {
  const { holder, isMine, expiresInMs } = lease;
  const view: LeaseView = {
    holder: holder === undefined ? null : { user_id: holder.userId, name: holder.name },
    is_mine: isMine,
    expires_in_ms: expiresInMs === undefined ? null : Math.round(expiresInMs),
  };
  return plainFrame('lease', pane, view);
}

export function presenceFrame(pane: number, { viewers, names }: Presence): Uint8Array {
  const view: PresenceView = { viewers, names: [...names] };
  return plainFrame('presence', pane, view);
}

export function endFrame(pane: number, { reason, detail }: TerminalEnd): Uint8Array {
  return plainFrame('end', pane, { reason, detail });
}

/** `seq` is that of the frame it answers. What is a fault of ours says no more than that. */
export function errorFrame(pane: number, error: unknown, seq: number): Uint8Array {
  const coded = codedOf(error);
  const view: FrameError = {
    code: coded?.code ?? 'internal.fault',
    message: coded?.message ?? 'A fault in tmux-builder; its log tells of it.',
    todo: coded?.todo ?? null,
  };
  return plainFrame('error', pane, view, seq);
}
