import type { Place } from '../base/index.ts';
import { type Visibility, visibleCondition } from '../sessions/index.ts';
import type { SqlValue } from '../store/index.ts';
import type { Job, JobStatus } from './job.ts';

/** Which jobs: those that fit all that is given. */
export interface JobChoice {
  readonly sessionId?: string | undefined;
  readonly statuses?: readonly JobStatus[] | undefined;
  readonly mode?: Job['mode'] | undefined;
  readonly agent?: string | undefined;
  /** Words that the title holds, in small letters or large ones. */
  readonly text?: string | undefined;
  /** Left out: everything. */
  readonly visibleTo?: Visibility | undefined;
}

/** Words of a search that count; more narrow it no further. */
const MOST_WORDS = 20;

export interface Conditions {
  /** `WHERE ...`, or nothing. */
  readonly where: string;
  readonly values: readonly SqlValue[];
}

/** Say it in SQL, for the columns of `jobs`; with `after`, only those further down the list. */
export function jobConditions(
  { sessionId, statuses, mode, agent, text, visibleTo }: JobChoice,
  after?: Place,
): Conditions {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const add = (value: SqlValue): string => `$${values.push(value)}`;
  if (sessionId !== undefined) parts.push(`session_id = ${add(sessionId)}`);
  if (statuses !== undefined && statuses.length > 0) {
    parts.push(`status IN (${statuses.map(add).join(', ')})`);
  }
  if (mode !== undefined) parts.push(`mode = ${add(mode)}`);
  if (agent !== undefined) parts.push(`agent = ${add(agent)}`);
  for (const word of wordsOf(text)) parts.push(`lower(title) LIKE ${add(word)} ESCAPE '\\'`);
  const visible = visibleCondition(visibleTo ?? {}, { column: 'session_id' }, add);
  if (visible !== undefined) parts.push(visible);
  if (after !== undefined) {
    parts.push(`(created_at, id) < (${add(after.createdAt)}, ${add(after.id)})`);
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}

/** Patterns for LIKE, in which nothing that a person writes has a meaning of its own. */
function wordsOf(text: string | undefined): readonly string[] {
  const words = (text ?? '').toLowerCase().split(/\s+/u).filter(Boolean).slice(0, MOST_WORDS);
  return words.map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
}
