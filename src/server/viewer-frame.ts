import type { z } from 'zod';
import { decodeFrame, type Frame, readJsonPayload, viewerFrames } from '../contract/index.ts';
import { BadFrameError } from './live-errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });
const known: ReadonlySet<number> = new Set(Object.values(viewerFrames));
/** Panes are numbered by the viewer; larger numbers serve nobody. */
const LARGEST_PANE = 1_000_000;

/** @throws {BadFrameError} no frame, or none that a viewer may send. */
export function readViewerFrame(bytes: Uint8Array): Frame {
  const frame = asBadFrame(() => decodeFrame(bytes));
  if (!known.has(frame.type)) throw new BadFrameError(`no viewer sends type ${frame.type}`);
  if (frame.pane > LARGEST_PANE) throw new BadFrameError(`pane ${frame.pane} is too large`);
  return frame;
}

/** The payload as text. @throws {BadFrameError} it is not UTF-8. */
export function frameText({ payload }: Frame): string {
  return asBadFrame(() => decoder.decode(payload));
}

/** The payload as JSON of this shape. @throws {BadFrameError} */
export function frameJson<T>(schema: z.ZodType<T>, { payload }: Frame): T {
  return asBadFrame(() => readJsonPayload(schema, payload));
}

/** Run a reader of the contract, whose errors have no code. */
function asBadFrame<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new BadFrameError(error instanceof Error ? error.message : String(error));
  }
}
