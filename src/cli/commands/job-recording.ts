import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type JobRecording, toJobRecordingView } from '../../app/index.ts';
import { systemCode } from '../../base/index.ts';
import { type Door, openForCommand } from '../door.ts';
import { CannotWriteError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';

export interface JobRecordingOptions {
  readonly attempt?: number;
  readonly output?: string;
}

/** Write the recording of an attempt as asciicast v3, into a file or on stdout. */
export async function jobRecording(
  door: Door,
  id: string,
  { attempt, output }: JobRecordingOptions,
): Promise<ExitCode> {
  const { printer, interrupts } = door;
  const { signal } = interrupts;
  await using app = await openForCommand(door);
  await using recording = await app.openRecording({ job: id, attempt }, signal);
  const path = output === undefined ? undefined : resolve(output);
  if (!recording.isTimed)
    printer.note('It was recorded without Perl: nothing is known of its times.');
  if (path !== undefined) await writeCast(recording, path, signal);
  if (printer.json) printer.value(toJobRecordingView(recording, await recording.facts(), path));
  else if (path === undefined) {
    await pipeline(Readable.from(recording.cast()), process.stdout, { end: false, signal });
  } else printer.note(`Wrote ${path}`);
  return 0;
}

/** Whole or not at all: written beside, then renamed. */
async function writeCast(
  recording: JobRecording,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await pipeline(Readable.from(recording.cast()), createWriteStream(temporary), { signal });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    signal.throwIfAborted();
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new CannotWriteError(path, code, { cause: error });
  }
}
