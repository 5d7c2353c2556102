import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists, systemCode } from '../base/index.ts';
import type { HookEvent } from './adapter.ts';

/** A larger payload is cut off by hook.sh, one byte later. */
export const LARGEST_PAYLOAD_BYTES = 1024 * 1024;

/** Program and first argument of the hook; beside `src` and `dist` alike. */
export const hookArgv: readonly string[] = [
  '/bin/sh',
  fileURLToPath(new URL('../../agents/hook.sh', import.meta.url)),
];

/** The same for a hook that waits until somebody answers. */
export const askArgv: readonly string[] = [
  '/bin/sh',
  fileURLToPath(new URL('../../agents/ask.sh', import.meta.url)),
];

/** Where an agent's hooks write: of a one-shot its exchange's directory, else a link to one. */
export function eventsLink(homeDir: string): string {
  return join(homeDir, 'events');
}

/** Where hooks that wait leave their FIFOs. */
export function repliesDir(homeDir: string): string {
  return join(homeDir, 'replies');
}

/** Read the name of a spool file; undefined for anything else, such as a file half written. */
export function parseEventName(
  file: string,
): { readonly name: string; readonly at: number } | undefined {
  const match = /^(?<ms>\d{13})\d{6}-\d+-(?<name>\w+)\.json$/.exec(file);
  if (match?.groups === undefined) return undefined;
  return { name: match.groups['name'] ?? '', at: Number(match.groups['ms']) };
}

/** A hook event and the file that it came from, by which events sort. */
export interface SpooledEvent extends HookEvent {
  readonly file: string;
}

/**
 * Read the spool's events, oldest first, leaving out the files in `known`. A spool that is not
 * there holds none.
 *
 * @throws a system error when the directory cannot be read.
 */
export async function readEvents(
  eventsDir: string,
  known: ReadonlySet<string> = new Set(),
): Promise<readonly SpooledEvent[]> {
  const events: SpooledEvent[] = [];
  for (const file of await listSpool(eventsDir)) {
    const parsed = known.has(file) ? undefined : parseEventName(file);
    if (parsed === undefined) continue;
    events.push({ ...parsed, file, payload: await readPayload(join(eventsDir, file)) });
  }
  return events;
}

/**
 * List the spool's events, oldest first, each with its payload read when somebody looks at it: for
 * those who look often and need few of many.
 *
 * @throws a system error when the directory cannot be read.
 */
export async function listEvents(eventsDir: string): Promise<readonly HookEvent[]> {
  const files = await listSpool(eventsDir);
  return files.flatMap((file) => {
    const parsed = parseEventName(file);
    return parsed === undefined ? [] : [lazyEvent(join(eventsDir, file), parsed)];
  });
}

function lazyEvent(path: string, parsed: Pick<HookEvent, 'name' | 'at'>): HookEvent {
  let read: { readonly payload: unknown } | undefined;
  return {
    ...parsed,
    get payload() {
      read ??= { payload: readPayloadNow(path) };
      return read.payload;
    },
  };
}

/** Read one event; undefined when there is no such file. */
export async function findEvent(
  eventsDir: string,
  file: string,
): Promise<SpooledEvent | undefined> {
  const parsed = parseEventName(file);
  if (parsed === undefined || !(await exists(join(eventsDir, file)))) return undefined;
  return { ...parsed, file, payload: await readPayload(join(eventsDir, file)) };
}

async function listSpool(eventsDir: string): Promise<readonly string[]> {
  try {
    return (await readdir(eventsDir)).toSorted();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

// An agent could put anything there: a link is not followed, a pipe does not block.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function readPayload(path: string): Promise<unknown> {
  try {
    await using file = await open(path, flags);
    if ((await file.stat()).size > LARGEST_PAYLOAD_BYTES) return undefined;
    return JSON.parse(await file.readFile('utf8'));
  } catch {
    // Empty, no JSON, unreadable: the event itself still happened.
    return undefined;
  }
}

function readPayloadNow(path: string): unknown {
  try {
    const file = openSync(path, flags);
    try {
      if (fstatSync(file).size > LARGEST_PAYLOAD_BYTES) return undefined;
      return JSON.parse(readFileSync(file, 'utf8'));
    } finally {
      closeSync(file);
    }
  } catch {
    // As above.
    return undefined;
  }
}
