import { type ProcessIdentity } from '../base/index.ts';
import type { Row } from '../store/index.ts';
import { budgetOf } from './budget.ts';
import { type Session, type SessionStatus, sessionStatuses } from './session.ts';
import type { SessionPaths } from './session-paths.ts';

/** A row of `sessions` with what only a change of its status needs. */
export interface SessionRow {
  readonly session: Session;
  /** Who moves it; undefined when nobody does. */
  readonly doer: ProcessIdentity | undefined;
  /** Grows with every change, so that a change can name the row it saw. */
  readonly version: number;
}

export function toSessionRow(row: Row, paths: SessionPaths): SessionRow {
  const id = String(row['id']);
  const status = toStatus(row['status']);
  const isMovedAway = ['archived', 'restoring', 'deleting'].includes(status);
  return {
    session: {
      id,
      name: String(row['name']),
      userId: String(row['user_id']),
      status,
      dir: isMovedAway ? paths.deleted(id) : paths.active(id),
      agent: typeof row['agent'] === 'string' ? row['agent'] : undefined,
      concurrency: optionalNumber(row['concurrency']),
      budget: budgetOf(row),
      createdAt: Number(row['created_at']),
      archivedAt: optionalNumber(row['archived_at']),
    },
    doer:
      typeof row['busy_pid'] === 'number'
        ? { pid: row['busy_pid'], startTime: String(row['busy_start']) }
        : undefined,
    version: Number(row['row_version']),
  };
}

function toStatus(value: unknown): SessionStatus {
  const status = sessionStatuses.find((one) => one === value);
  if (status === undefined) throw new TypeError(`a session has the status ${String(value)}`);
  return status;
}

function optionalNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
