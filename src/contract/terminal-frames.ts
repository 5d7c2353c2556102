import { z } from 'zod';

/**
 * The terminal socket, version 1: WebSocket `/ws/terminal` with the subprotocol `tmuxb.v1`, binary
 * frames only. A frame is: u8 type, then as varints (LEB128, unsigned, at most 2^53 - 1) pane,
 * epoch and seq, then the payload. `pane` is a number that the viewer chose in `sub`.
 *
 * `seq` of output counts bytes: the absolute offset in what the terminal printed since its agent
 * was started, so that a viewer can go on where it was, also after the server was restarted. A new
 * `epoch` begins where offsets stop to mean the same screen: a resize, a restarted agent.
 *
 * The flow is by credit: a viewer acknowledges what its terminal has parsed. Who has more than
 * `flow.highBytes` unacknowledged gets nothing until it is below `flow.lowBytes`, and then a new
 * snapshot in place of what was left out.
 */
export const terminalProtocol = 'tmuxb.v1';

export const flow = {
  highBytes: 256 * 1_024,
  lowBytes: 64 * 1_024,
  /** Newest output that is kept for viewers that come back. */
  ringBytes: 256 * 1_024,
  /** Largest frame that a viewer may send. */
  maxFrameBytes: 64 * 1_024,
  /** Thumbnails come at most this often. */
  thumbnailMs: 500,
} as const;

/** From the viewer. */
export const viewerFrames = {
  /** JSON `subPayload`. Subscribing a pane number again replaces what it showed. */
  sub: 1,
  unsub: 2,
  /** `seq`: the offset up to which the viewer has parsed. */
  ack: 3,
  /** `seq`: the viewer's own count of its input frames, 1, 2, 3, ...; payload: raw bytes. */
  input: 4,
  /** As `input`, as one bracketed paste: UTF-8 text. */
  paste: 5,
  /** JSON `leasePayload`. */
  lease: 6,
  /** JSON `sizePayload`; only the writer. */
  resize: 7,
  /** `seq` is echoed in `pong`. */
  ping: 8,
} as const;

/** From the server. */
export const serverFrames = {
  /** JSON `snapPayload` in a line that ends with LF, then the bytes that draw the screen. */
  snap: 65,
  /** `seq`: the offset of the first byte of the payload. */
  delta: 66,
  /** JSON `thumbPayload`. */
  thumb: 67,
  /** `seq`: the last input frame that reached the terminal. */
  inputAck: 68,
  /** JSON `leaseView`: sent to every viewer of the pane when it changes. */
  lease: 69,
  /** JSON `presenceView`. */
  presence: 70,
  /** JSON `endView`: nothing more will be printed. */
  end: 71,
  /** JSON `frameError`; pane 0 when it is about the socket. */
  error: 72,
  pong: 73,
} as const;

export type ViewerFrameName = keyof typeof viewerFrames;
export type ServerFrameName = keyof typeof serverFrames;

export interface Frame {
  readonly type: number;
  readonly pane: number;
  readonly epoch: number;
  readonly seq: number;
  readonly payload: Uint8Array;
}

export const subPayload = z.strictObject({
  agent_id: z.string().max(80),
  /** `thumb`: no stream, but a small picture of the screen now and then. */
  mode: z.enum(['stream', 'thumb']),
  /** Where the viewer is, to go on there: `seq` of the next byte it wants. */
  from: z.strictObject({ epoch: z.int().min(0), seq: z.int().min(0) }).optional(),
});
export type SubPayload = z.infer<typeof subPayload>;

export const leasePayload = z.strictObject({
  /** `take` works also while somebody else holds it, who is told. */
  action: z.enum(['acquire', 'take', 'renew', 'release']),
});
export type LeasePayload = z.infer<typeof leasePayload>;

export const sizePayload = z.strictObject({
  columns: z.int().min(20).max(500),
  rows: z.int().min(5).max(200),
});
export type SizePayload = z.infer<typeof sizePayload>;

export const snapPayload = z.object({
  columns: z.int(),
  rows: z.int(),
  /** True when output was left out since the last frame of this viewer. */
  is_resync: z.boolean(),
});
export type SnapPayload = z.infer<typeof snapPayload>;

export const thumbPayload = z.object({
  columns: z.int(),
  rows: z.int(),
  /** The screen's rows as text, top row first, trailing spaces removed. */
  text: z.array(z.string()),
});
export type ThumbPayload = z.infer<typeof thumbPayload>;

export const leaseView = z.object({
  /** Null when nobody may type. */
  holder: z.object({ user_id: z.string(), name: z.string() }).nullable(),
  is_mine: z.boolean(),
  /** Milliseconds until it ends by itself, unless it is renewed (typing renews it). */
  expires_in_ms: z.int().nullable(),
});
export type LeaseView = z.infer<typeof leaseView>;

export const presenceView = z.object({
  viewers: z.int(),
  /** Names of those who watch, each once, at most 20. */
  names: z.array(z.string()),
});
export type PresenceView = z.infer<typeof presenceView>;

export const endView = z.object({
  /** `exited`, `lost`, `removed`. */
  reason: z.string(),
  detail: z.string(),
});
export type EndView = z.infer<typeof endView>;

export const frameError = z.object({
  code: z.string(),
  message: z.string(),
  todo: z.string().nullable(),
});
export type FrameError = z.infer<typeof frameError>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** What is not a frame of this protocol. */
export class FrameFormatError extends Error {}

export function encodeFrame({ type, pane, epoch, seq, payload }: Frame): Uint8Array {
  const head = [type, ...varint(pane), ...varint(epoch), ...varint(seq)];
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** The payload is a view of `bytes`, not a copy. @throws {FrameFormatError} */
export function decodeFrame(bytes: Uint8Array): Frame {
  const [type] = bytes;
  if (type === undefined) throw new FrameFormatError('an empty frame');
  const pane = readVarint(bytes, 1);
  const epoch = readVarint(bytes, pane.next);
  const seq = readVarint(bytes, epoch.next);
  const payload = bytes.subarray(seq.next);
  return { type, pane: pane.value, epoch: epoch.value, seq: seq.value, payload };
}

export function jsonPayload(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** @throws {FrameFormatError} it is no JSON of this shape. */
export function readJsonPayload<T>(schema: z.ZodType<T>, payload: Uint8Array): T {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(payload));
  } catch {
    throw new FrameFormatError('its payload is no JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FrameFormatError(z.prettifyError(parsed.error));
}

/** The payload of `snap`: what it says, then the bytes that draw it. */
export function encodeSnap(facts: SnapPayload, bytes: Uint8Array): Uint8Array {
  const head = encoder.encode(`${JSON.stringify(facts)}\n`);
  const payload = new Uint8Array(head.length + bytes.length);
  payload.set(head);
  payload.set(bytes, head.length);
  return payload;
}

/** @throws {FrameFormatError} */
export function decodeSnap(payload: Uint8Array): {
  readonly facts: SnapPayload;
  readonly bytes: Uint8Array;
} {
  const end = payload.indexOf(10);
  if (end < 0) throw new FrameFormatError('a snapshot without a first line');
  const facts = readJsonPayload(snapPayload, payload.subarray(0, end));
  return { facts, bytes: payload.subarray(end + 1) };
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  // Division, not shifts: these count beyond 32 bits.
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

function readVarint(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0;
  let weight = 1;
  for (let next = start; next < start + 8; next += 1) {
    const byte = bytes[next];
    if (byte === undefined) throw new FrameFormatError('it ends within its head');
    value += (byte % 128) * weight;
    if (value > Number.MAX_SAFE_INTEGER) break;
    if (byte < 128) return { value, next: next + 1 };
    weight *= 128;
  }
  throw new FrameFormatError('a number in its head is too large');
}
