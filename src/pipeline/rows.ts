import { z } from 'zod';
import { providers, siteTypes } from '../deploy/index.ts';
import { permissions } from '../jobs/index.ts';
import type { Row, Sql } from '../store/index.ts';
import {
  executionKinds,
  executionStatuses,
  type Step,
  type StepError,
  stepNames,
  stepStatuses,
} from './execution.ts';
import type { PendingFix, StoredExecution } from './execution-state.ts';
import { type Site, siteStatuses } from './site.ts';

/** Read an execution and its steps, which come in their order. */
export function toExecution(row: Row, steps: readonly Row[]): StoredExecution {
  return {
    id: String(row['id']),
    sessionId: String(row['session_id']),
    kind: oneOf(executionKinds, row['kind']),
    status: oneOf(executionStatuses, row['status']),
    releaseId: optionalText(row['release_id']),
    fixRounds: Number(row['fix_rounds']),
    fix: typeof row['fix'] === 'string' ? toFix(row['fix']) : undefined,
    steps: steps.map(toStep),
    error: readError(row),
    cancelRequestedAt: optionalNumber(row['cancel_requested_at']),
    createdAt: Number(row['created_at']),
    startedAt: optionalNumber(row['started_at']),
    endedAt: optionalNumber(row['ended_at']),
  };
}

function toStep(row: Row): Step {
  const number = Number(row['number']);
  return {
    name: oneOf(stepNames, stepNames[number - 1] ?? null),
    number,
    status: oneOf(stepStatuses, row['status']),
    attempts: Number(row['attempts']),
    summary: optionalText(row['summary']),
    error: readError(row),
    artefacts: artefactsShape.parse(parse(row['artefacts'])),
    jobIds: z.array(z.string()).parse(parse(row['job_ids'])),
    result: z.record(z.string(), z.unknown()).parse(parse(row['result'])),
    startedAt: optionalNumber(row['started_at']),
    endedAt: optionalNumber(row['ended_at']),
  };
}

export function toSite(row: Row): Site {
  const spec = specShape.parse(parse(row['spec']));
  const sessionId = String(row['session_id']);
  const expiresAt = optionalNumber(row['expires_at']);
  const { frontDoor, region, size, userGuid } = spec;
  const options = optionsShape.parse(parse(row['options']));
  const provider = oneOf(providers, row['provider']);
  const type = oneOf(siteTypes, row['type']);
  return {
    sessionId,
    requirements: String(row['requirements']),
    status: oneOf(siteStatuses, row['status']),
    spec: {
      provider,
      type,
      userGuid,
      sessionId,
      region,
      size,
      frontDoor,
      run: undefined,
      expiresAt,
    },
    options: { agent: options.agent, model: options.model, permission: options.permission },
    url: optionalText(row['url']),
    releaseId: optionalText(row['release_id']),
    monthlyUsd: Number(row['monthly_usd_micros']) / 1e6,
    error: readError(row),
    createdAt: Number(row['created_at']),
    expiresAt,
    destroyedAt: optionalNumber(row['destroyed_at']),
  };
}

/** Read an execution with its steps. */
export async function findExecutionIn(sql: Sql, id: string): Promise<StoredExecution | undefined> {
  const [row] = await sql.all('SELECT * FROM executions WHERE id = $1', [id]);
  return row === undefined ? undefined : await withSteps(sql, row);
}

export async function withSteps(sql: Sql, row: Row): Promise<StoredExecution> {
  const query = 'SELECT * FROM steps WHERE execution_id = $1 ORDER BY number';
  return toExecution(row, await sql.all(query, [String(row['id'])]));
}

const artefactsShape = z.array(
  z.object({
    name: z.string(),
    kind: z.enum(['json', 'text', 'image', 'report']),
    path: z.string(),
  }),
);

const specShape = z.object({
  userGuid: z.string(),
  region: z.string().optional(),
  size: z.string().optional(),
  frontDoor: z.enum(['none', 'shared']).optional(),
});

const optionsShape = z.object({
  agent: z.string().optional(),
  model: z.string().optional(),
  permission: z.enum(permissions).optional(),
});

const fixShape = z.object({
  step: z.enum(stepNames),
  problems: z.array(z.string()),
  error: z.object({ code: z.string(), message: z.string(), todo: z.string().optional() }),
});

function toFix(text: string): PendingFix {
  const { step, problems, error } = fixShape.parse(JSON.parse(text));
  return { step, problems, error: { ...error, todo: error.todo } };
}

/** The error columns of a row; undefined where nothing went wrong. */
export function readError(row: Row): StepError | undefined {
  const { error_code: code = null, error_message: message, error_todo: todo = null } = row;
  if (code === null) return undefined;
  return { code: String(code), message: String(message), todo: optionalText(todo) };
}

function parse(text: Row[string] | undefined): unknown {
  return JSON.parse(String(text));
}

function oneOf<T extends string>(words: readonly T[], value: unknown): T {
  const word = words.find((one) => one === value);
  if (word === undefined) throw new TypeError(`a row has the word ${String(value)}`);
  return word;
}

function optionalText(value: Row[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** PostgreSQL's driver gives 64-bit numbers as text. */
function optionalNumber(value: Row[string] | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
