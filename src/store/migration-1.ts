import type { Migration } from './migrations.ts';

const sessions = `CREATE TABLE sessions (
  id text PRIMARY KEY,
  name text NOT NULL,
  user_id text NOT NULL,
  status text NOT NULL,
  agent text,
  concurrency integer,
  created_at bigint NOT NULL,
  archived_at bigint,
  busy_pid integer,
  busy_start text,
  row_version integer NOT NULL DEFAULT 0
)`;

const jobs = `CREATE TABLE jobs (
  id text PRIMARY KEY,
  session_id text NOT NULL REFERENCES sessions (id),
  template text,
  agent text NOT NULL,
  model text,
  permission text,
  directory text,
  command text,
  status text NOT NULL,
  priority integer NOT NULL DEFAULT 0,
  run_at bigint NOT NULL,
  created_at bigint NOT NULL,
  deadline_at bigint,
  time_limit_ms bigint,
  max_attempts integer NOT NULL DEFAULT 1,
  attempts integer NOT NULL DEFAULT 0,
  backoff_ms bigint NOT NULL DEFAULT 0,
  idempotency_key text,
  title text,
  prompt_path text,
  prompt_digest text,
  output_path text,
  output_digest text,
  error_code text,
  error_message text,
  error_todo text,
  cancel_requested_at bigint,
  lease_worker text,
  lease_until bigint,
  blocked_by integer NOT NULL DEFAULT 0,
  started_at bigint,
  settled_at bigint,
  input text
)`;

const dependencies = `CREATE TABLE dependencies (
  job_id text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  depends_on text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  rule text NOT NULL,
  PRIMARY KEY (job_id, depends_on)
)`;

const attempts = `CREATE TABLE attempts (
  job_id text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  number integer NOT NULL,
  worker_id text,
  state text NOT NULL,
  started_at bigint NOT NULL,
  ended_at bigint,
  exchange_dir text,
  nonce text,
  conversation_id text,
  run_id text,
  socket_path text,
  server_pid integer,
  server_start text,
  pane_id text,
  ready_at bigint,
  delivered_at bigint,
  done_at bigint,
  outcome text,
  error_code text,
  error_message text,
  usage text,
  enters integer NOT NULL DEFAULT 0,
  PRIMARY KEY (job_id, number)
)`;

const workers = `CREATE TABLE workers (
  id text PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  process_start text NOT NULL,
  started_at bigint NOT NULL,
  heartbeat_at bigint NOT NULL,
  concurrency integer NOT NULL,
  stopped_at bigint
)`;

const events = `CREATE TABLE events (
  stream text NOT NULL,
  sequence bigint NOT NULL,
  kind text NOT NULL,
  at bigint NOT NULL,
  data text NOT NULL,
  PRIMARY KEY (stream, sequence)
)`;

export const migration1: Migration = {
  version: 1,
  statements: [
    sessions,
    'CREATE INDEX sessions_by_age ON sessions (created_at, id)',
    jobs,
    `CREATE UNIQUE INDEX jobs_by_key ON jobs (session_id, idempotency_key)
      WHERE idempotency_key IS NOT NULL`,
    // In the order of claiming, and with all that a claim's WHERE reads: it stops at its first row.
    `CREATE INDEX jobs_to_claim
      ON jobs (status, blocked_by, priority DESC, run_at, id, session_id)`,
    'CREATE INDEX jobs_by_session ON jobs (session_id, created_at, id)',
    'CREATE INDEX jobs_by_status ON jobs (status, created_at, id)',
    'CREATE INDEX jobs_by_age ON jobs (created_at, id)',
    dependencies,
    'CREATE INDEX dependencies_by_target ON dependencies (depends_on)',
    attempts,
    'CREATE INDEX attempts_by_end ON attempts (ended_at)',
    workers,
    events,
    'CREATE INDEX events_by_time ON events (at)',
  ],
};
